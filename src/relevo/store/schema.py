"""The tables. Each carries `project`, since a team's server holds the stores of many."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from relevo.store.columns import Json, Moment, Name, Number, RowNumber

METADATA = MetaData()


def _project(key: bool = True) -> Column[str]:
    return Column("project", Text, primary_key=key, nullable=False)


def _sequence() -> Column[int]:
    return Column("sequence", RowNumber, primary_key=True, autoincrement=True)


# One row per project: its counters, and the row that a move of an alias holds while it lasts.
projects = Table(
    "projects",
    METADATA,
    _project(),
    Column("last_version", Integer, nullable=False),
    Column("reserved_at", Moment),
    Column("moves", Integer, nullable=False),
)

runs = Table(
    "runs",
    METADATA,
    _project(),
    Column("run_id", Text, primary_key=True),
    Column("step", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("status", Text, nullable=False),
    Column("seconds", Number(optional=True)),
    Column("detail", Json, nullable=False),
)

versions = Table(
    "versions",
    METADATA,
    _project(),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("folder", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("how", Text, nullable=False),
    Column("parent", Integer),
    Column("learner", Text, nullable=False),
    Column("strategy", Text, nullable=False),
    Column("metric", Text, nullable=False),
    Column("value", Number),
    Column("low", Number),
    Column("high", Number),
    Column("rows_judged", Integer, nullable=False),
    Column("seconds", Number),
    Column("lineage", Json, nullable=False),
    ForeignKeyConstraint(["project", "parent"], ["versions.project", "versions.version"]),
)

figures = Table(
    "figures",
    METADATA,
    _sequence(),
    _project(key=False),
    Column("version", Integer, nullable=False),
    Column("metric", Text, nullable=False),
    Column("value", Number),
    Column("low", Number),
    Column("high", Number),
    Column("rows", Integer, nullable=False),
    Column("on_rows", Text, nullable=False),
    Column("how", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("coverage", Number, nullable=False),
    ForeignKeyConstraint(["project", "version"], ["versions.project", "versions.version"]),
    Index("figures_by_version", "project", "version"),
)

aliases = Table(
    "aliases",
    METADATA,
    _project(),
    Column("name", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    ForeignKeyConstraint(["project", "version"], ["versions.project", "versions.version"]),
)

decisions = Table(
    "decisions",
    METADATA,
    _sequence(),
    _project(key=False),
    Column("kind", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("champion", Integer),
    Column("previous", Integer),
    Column("detail", Json, nullable=False),
    Column("at", Moment, nullable=False),
    Index("decisions_by_project", "project", "sequence"),
)

# No foreign key to `versions`: nothing may stand in the way of logging what was answered.
# Labels are looked up by their primary key from each prediction's two names; the two indexes on
# these names serve the other direction, from labels that arrive to the predictions they join.
predictions = Table(
    "predictions",
    METADATA,
    _sequence(),
    _project(key=False),
    Column("prediction_id", Name, nullable=False),
    Column("row_id", Name),
    Column("at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    Column("row", Json, nullable=False),
    Column("prediction", Json, nullable=False),
    Column("source", Text, nullable=False),
    Column("latency_us", Integer),
    Column("flags", Json),
    UniqueConstraint("project", "prediction_id", name="predictions_by_id"),
    Index("predictions_by_row", "project", "row_id"),
    Index("predictions_by_time", "project", "at"),
)

# What challengers said of rows that the champion answered; nobody was shown it.
mirrored = Table(
    "mirrored",
    METADATA,
    _project(),
    Column("prediction_id", Name, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("prediction", Json),
    Column("latency_us", Integer, nullable=False),
    Column("failure", Text),
    Index("mirrored_by_time", "project", "at"),
)

challengers = Table(
    "challengers",
    METADATA,
    _project(),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("mirror", Number, nullable=False),
    Column("canary", Number, nullable=False),
    Column("since", Moment, nullable=False),
    ForeignKeyConstraint(["project", "version"], ["versions.project", "versions.version"]),
)

# Who is judged again at each renewal: replicas whose duel is undecided, and former champions.
standing = Table(
    "standing",
    METADATA,
    _project(),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("champion", Integer, primary_key=True, autoincrement=False),
    Column("role", Text, nullable=False),
    Column("turn", Text, nullable=False),
    Column("alpha", Number, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment),
    Column("status", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("detail", Json, nullable=False),
    ForeignKeyConstraint(["project", "version"], ["versions.project", "versions.version"]),
    ForeignKeyConstraint(["project", "champion"], ["versions.project", "versions.version"]),
)

# What a renewal has planned and how far it is, so that the next one goes on after a kill.
turns = Table(
    "turns",
    METADATA,
    _project(),
    Column("turn", Text, primary_key=True),
    Column("begun_at", Moment, nullable=False),
    Column("step", Text, nullable=False),
    Column("detail", Json, nullable=False),
    Column("ended_at", Moment),
)

keys = Table(
    "keys",
    METADATA,
    _project(),
    Column("key_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("project", "name", name="keys_by_name"),
)

labels = Table(
    "labels",
    METADATA,
    _project(),
    Column("key", Name, primary_key=True),
    Column("target", Json, nullable=False),
    Column("at", Moment, nullable=False),
)

batches = Table(
    "batches",
    METADATA,
    _project(),
    Column("fingerprint", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("path", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("at", Moment, nullable=False),
)

signals = Table(
    "signals",
    METADATA,
    _sequence(),
    _project(key=False),
    Column("at", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("column", Text, nullable=False),
    Column("size", Number(optional=True)),
    Column("p_value", Number(optional=True)),
    Column("alarm", Boolean, nullable=False),
    Index("signals_by_time", "project", "at"),
)
