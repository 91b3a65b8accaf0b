"""What an endpoint with several models and keys remembers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "relevo_0002"
down_revision = "relevo_0001"

_MOMENT = sa.DateTime(timezone=True)
_NUMBER = sa.Float(53)
_JSON = sa.Text


def upgrade() -> None:
    """Latency and flags of a prediction, answers of challengers, their traffic, and keys."""
    op.add_column("predictions", sa.Column("latency_us", sa.Integer))
    op.add_column("predictions", sa.Column("flags", _JSON))
    op.create_table(
        "mirrored",
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("prediction_id", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("prediction", _JSON),
        sa.Column("latency_us", sa.Integer, nullable=False),
        sa.Column("failure", sa.Text),
        sa.PrimaryKeyConstraint("project", "prediction_id", "version"),
    )
    op.create_index("mirrored_by_time", "mirrored", ["project", "at"])
    op.create_table(
        "challengers",
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("mirror", _NUMBER, nullable=False),
        sa.Column("canary", _NUMBER, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["project", "version"], ["versions.project", "versions.version"]),
        sa.PrimaryKeyConstraint("project", "version"),
    )
    op.create_table(
        "keys",
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("project", "key_id"),
        sa.UniqueConstraint("project", "name", name="keys_by_name"),
    )
