"""Every row whose outcome is known: the problem's data, labelled batches, labelled predictions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from relevo.cycle.project import Project
from relevo.data.conform import parse_times
from relevo.data.fingerprint import fingerprint
from relevo.data.table import Table
from relevo.store.records import BatchRecord
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
    """
    problem = project.problem
    base = project.table()
    base.require([problem.target])
    batches = project.store.batches(_LABELLED)
    pieces = [base.data.with_columns(pl.lit(None, pl.Datetime("us")).alias(ARRIVED))]
    for batch in batches:
        rows = pl.read_parquet(project.batches / batch.path)
        pieces.append(rows.with_columns(pl.lit(_naive(batch.at), pl.Datetime("us")).alias(ARRIVED)))
    pieces.append(_labelled_predictions(project, base))
    if extra is not None:
        now = pl.lit(_naive(project.now()), pl.Datetime("us"))
        pieces.append(project.table(extra).data.with_columns(now.alias(ARRIVED)))
    frame = pl.concat([_like(piece, pieces[0]) for piece in pieces if piece.height], how="diagonal")
    frame = known_target(frame, problem.target)
    if problem.roles.id:
        unnamed = pl.col(problem.roles.id).is_null()
        frame = frame.filter(unnamed | pl.col(problem.roles.id).is_first_distinct())
    return KnownRows(
        frame.drop(ARRIVED),
        frame[ARRIVED],
        base.fingerprint,
        tuple(batch.fingerprint for batch in batches),
    )


def keep_batch(project: Project, data: object) -> str:
    """Keep a labelled batch for this and later renewals; the same content is kept once."""
    table = project.table(data)
    table.require([project.problem.target])
    mark = fingerprint(table.data)
    path = f"{mark[:16]}.parquet"
    unfinished = project.batches / f".{path}"
    table.data.write_parquet(unfinished)
    unfinished.rename(project.batches / path)
    project.store.add_batch(BatchRecord(mark, path, table.rows, _LABELLED, project.now()))
    return mark


def _labelled_predictions(project: Project, base: Table) -> pl.DataFrame:
    labelled = project.store.labelled()
    target, name = project.problem.target, project.problem.roles.id
    if not labelled:
        return pl.DataFrame()
    rows = pl.DataFrame([record.prediction.row for record in labelled], infer_schema_length=None)
    columns = [
        pl.Series(target, [str(record.target) for record in labelled]),
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
