"""What a renewal that goes on over time remembers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "relevo_0003"
down_revision = "relevo_0002"

_MOMENT = sa.DateTime(timezone=True)
_NUMBER = sa.Float(53)
_JSON = sa.Text


def upgrade() -> None:
    """Who is judged again at each renewal, and what a renewal has planned."""
    op.create_table(
        "standing",
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("champion", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("turn", sa.Text, nullable=False),
        sa.Column("alpha", _NUMBER, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("detail", _JSON, nullable=False),
        sa.ForeignKeyConstraint(["project", "version"], ["versions.project", "versions.version"]),
        sa.ForeignKeyConstraint(["project", "champion"], ["versions.project", "versions.version"]),
        sa.PrimaryKeyConstraint("project", "version", "champion"),
    )
    op.create_table(
        "turns",
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("turn", sa.Text, nullable=False),
        sa.Column("begun_at", _MOMENT, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("detail", _JSON, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.PrimaryKeyConstraint("project", "turn"),
    )
