"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "relevo_0001"
down_revision = None

# Written out, not taken from `relevo.store.schema`: that moves on, and what this file did stays.
_MOMENT = sa.DateTime(timezone=True)
_NUMBER = sa.Float(53)
_JSON = sa.Text
_ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "batches",
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("project", "fingerprint", "kind"),
    )
    op.create_table(
        "decisions",
        sa.Column("sequence", _ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("champion", sa.Integer),
        sa.Column("previous", sa.Integer),
        sa.Column("detail", _JSON, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_index("decisions_by_project", "decisions", ["project", "sequence"])
    op.create_table(
        "labels",
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("target", _JSON, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("project", "key"),
    )
    op.create_table(
        "predictions",
        sa.Column("sequence", _ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("prediction_id", sa.Text, nullable=False),
        sa.Column("row_id", sa.Text),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("row", _JSON, nullable=False),
        sa.Column("prediction", _JSON, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
        sa.UniqueConstraint("project", "prediction_id", name="predictions_by_id"),
    )
    op.create_index("predictions_by_row", "predictions", ["project", "row_id"])
    op.create_index("predictions_by_time", "predictions", ["project", "at"])
    op.create_table(
        "projects",
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("last_version", sa.Integer, nullable=False),
        sa.Column("reserved_at", _MOMENT),
        sa.Column("moves", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("project"),
    )
    op.create_table(
        "runs",
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("seconds", _NUMBER),
        sa.Column("detail", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("project", "run_id"),
    )
    op.create_table(
        "signals",
        sa.Column("sequence", _ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("column", sa.Text, nullable=False),
        sa.Column("size", _NUMBER),
        sa.Column("p_value", _NUMBER),
        sa.Column("alarm", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_index("signals_by_time", "signals", ["project", "at"])
    op.create_table(
        "versions",
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("folder", sa.Text, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("how", sa.Text, nullable=False),
        sa.Column("parent", sa.Integer),
        sa.Column("learner", sa.Text, nullable=False),
        sa.Column("strategy", sa.Text, nullable=False),
        sa.Column("metric", sa.Text, nullable=False),
        sa.Column("value", _NUMBER),
        sa.Column("low", _NUMBER),
        sa.Column("high", _NUMBER),
        sa.Column("rows_judged", sa.Integer, nullable=False),
        sa.Column("seconds", _NUMBER),
        sa.Column("lineage", _JSON, nullable=False),
        sa.ForeignKeyConstraint(["project", "parent"], ["versions.project", "versions.version"]),
        sa.PrimaryKeyConstraint("project", "version"),
    )
    op.create_table(
        "aliases",
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["project", "version"], ["versions.project", "versions.version"]),
        sa.PrimaryKeyConstraint("project", "name"),
    )
    op.create_table(
        "figures",
        sa.Column("sequence", _ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("metric", sa.Text, nullable=False),
        sa.Column("value", _NUMBER),
        sa.Column("low", _NUMBER),
        sa.Column("high", _NUMBER),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("on_rows", sa.Text, nullable=False),
        sa.Column("how", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("coverage", _NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["project", "version"], ["versions.project", "versions.version"]),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_index("figures_by_version", "figures", ["project", "version"])
