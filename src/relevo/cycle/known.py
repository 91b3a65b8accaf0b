"""Every row whose outcome is known: the problem's data, labelled batches, labelled predictions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from relevo.cycle.batch import labelled_batch, refuse_contradictions
from relevo.cycle.project import Project
from relevo.data.category_text import category_text
from relevo.data.conform import parse_times
from relevo.data.fingerprint import fingerprint
from relevo.data.table import Table
from relevo.data.times import with_times
from relevo.data.whole_file import whole_file
from relevo.errors import ProblemMistake, nearest
from relevo.problem.problem import Problem
from relevo.store.records import BatchRecord
from relevo.train.blocks import PERIODS
from relevo.train.target import known_target

ARRIVED = "__arrived"
_LABELLED = "labelled"


@dataclass(frozen=True)
class KnownRows:
    """Rows whose target is known.

    Attributes
    ----------
    frame
        The rows; those of the problem's own data first.
    arrived
        When each row became known, shape `(n_rows,)`; null for the problem's own data.
    fingerprint
        Of the problem's own data.
    batches
        Fingerprints of the labelled batches.

    """

    frame: pl.DataFrame
    arrived: pl.Series
    fingerprint: str
    batches: tuple[str, ...]


def known_rows(project: Project, extra: object = None) -> KnownRows:
    """Everything that a model may be trained or judged on, each row once.

    A row that came by two ways (a prediction whose label came, and again in a batch) is known by
    its `id`; the first way counts. `extra` is a labelled batch that is not kept (a dry run).

    Raises
    ------
    ProblemMistake
        When the problem file names a block that is none.
    DataMistake
        When the data lack a column that the problem file names, or times, or tell different things
        of one row.

    """
    problem = project.problem
    base = project.table()
    own = _own_rows(base, problem)
    batches = project.store.batches(_LABELLED)
    pieces = [own.with_columns(pl.lit(None, pl.Datetime("us")).alias(ARRIVED))]
    for batch in batches:
        rows = pl.read_parquet(project.batches / batch.path)
        pieces.append(rows.with_columns(pl.lit(_naive(batch.at), pl.Datetime("us")).alias(ARRIVED)))
    pieces.append(_labelled_predictions(project, base))
    if extra is not None:
        now = pl.lit(_naive(project.now()), pl.Datetime("us"))
        rows = labelled_batch(project, extra, project.model())
        pieces.append(rows.with_columns(now.alias(ARRIVED)))
    frame = pl.concat([_like(piece, pieces[0]) for piece in pieces if piece.height], how="diagonal")
    frame = known_target(frame, problem.target)
    if problem.roles.time:
        # A prediction may have been asked for without a time; it has no place among rows in time.
        frame = frame.filter(pl.col(problem.roles.time).is_not_null())
    if problem.roles.id:
        unnamed = pl.col(problem.roles.id).is_null()
        frame = frame.filter(unnamed | pl.col(problem.roles.id).is_first_distinct())
    return KnownRows(
        frame.drop(ARRIVED),
        frame[ARRIVED],
        base.fingerprint,
        tuple(batch.fingerprint for batch in batches),
    )


def keep_batch(project: Project, data: object) -> pl.DataFrame:
    """Keep a labelled batch for this and later renewals, once; gives its rows.

    Raises
    ------
    DataMistake
        When it is not fit for that (see `labelled_batch`); it is not kept then.

    """
    rows = labelled_batch(project, data, project.model())
    mark = fingerprint(rows)
    path = f"{mark[:16]}.parquet"
    with whole_file(project.batches / path) as unfinished:
        rows.write_parquet(unfinished)
    project.store.add_batch(BatchRecord(mark, path, rows.height, _LABELLED, project.now()))
    return rows


def _own_rows(base: Table, problem: Problem) -> pl.DataFrame:
    """The problem's own data, when they hold what the problem file says of them."""
    roles, block = problem.roles, problem.renew.block
    base.require([problem.target, *roles.columns])
    if block not in PERIODS and block not in base.columns:
        raise ProblemMistake(
            "train.unknown_block",
            block=block,
            periods=", ".join(PERIODS),
            hint=nearest(block, (*PERIODS, *base.columns)),
        )
    refuse_contradictions(base.data, roles.id)
    return with_times(base.data, roles.time) if roles.time else base.data


def _labelled_predictions(project: Project, base: Table) -> pl.DataFrame:
    labelled, problem = project.store.labelled(), project.problem
    target, name = problem.target, problem.roles.id
    if not labelled:
        return pl.DataFrame()
    rows = pl.DataFrame([record.prediction.row for record in labelled], infer_schema_length=None)
    columns = [
        pl.Series(target, [category_text(record.target) for record in labelled]),
        pl.Series(ARRIVED, [_naive(record.labelled_at) for record in labelled], pl.Datetime("us")),
    ]
    if name and name not in rows.columns:
        columns.append(pl.Series(name, [record.prediction.row_id for record in labelled]))
    return rows.with_columns(columns)


def _like(piece: pl.DataFrame, base: pl.DataFrame) -> pl.DataFrame:
    """The columns of the base, with its types: JSON has neither dates nor whole numbers."""
    shared = [column for column in base.columns if column in piece.columns]
    return piece.select(_cast(piece[column], base.schema[column]) for column in shared)


def _cast(values: pl.Series, to: pl.DataType) -> pl.Series:
    if values.dtype == to:
        return values
    if values.dtype == pl.String and to in (pl.Date, pl.Datetime):
        return parse_times(values).cast(to)
    if values.dtype == pl.String and to == pl.Boolean:
        return values.str.to_lowercase() == "true"
    return values.cast(to, strict=False)


def _naive(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)
