"""`predict`: score a table with the champion."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from relevo.cycle.batch import batch_rows
from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import PredictResult
from relevo.data.whole_file import whole_file
from relevo.errors import DataMistake
from relevo.model.model import UNSEEN, Model
from relevo.store.ids import new_id
from relevo.store.records import PredictionRecord

_ROWS_AT_ONCE = 20_000
_WRITERS: dict[str, Callable[[pl.DataFrame, Path], Any]] = {
    ".csv": lambda table, path: table.write_csv(path),
    ".tsv": lambda table, path: table.write_csv(path, separator="\t"),
    ".parquet": lambda table, path: table.write_parquet(path),
    ".jsonl": lambda table, path: table.write_ndjson(path),
}


def predict(
    project: Project,
    path: Any,
    *,
    out: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> PredictResult:
    """Score every row of a table, log the predictions, write them to `out`.

    Parameters
    ----------
    project
        Has a champion.
    path
        Rows: a path, or a frame.
    out
        `.csv`, `.tsv`, `.parquet` or `.jsonl`; by default `predictions.parquet` in the project's
        folder. It holds the id, `prediction`, the probabilities and `prediction_id`.
    progress
        Called with the rows done and all rows.

    Raises
    ------
    DataMistake
        When the table lacks a column, holds values of another type, or `out` has another ending
        or lies in no folder.

    """
    target = Path(out) if out is not None else project.folder / "predictions.parquet"
    writer = _WRITERS.get(target.suffix)
    if writer is None:
        raise DataMistake("cycle.bad_ending", path=target, known=", ".join(_WRITERS))
    if not target.parent.is_dir():
        raise DataMistake("cycle.no_out_folder", path=target, folder=target.parent)
    with recorded(project, "predict") as meter:
        model = project.model()
        rows = batch_rows(project, path, model)
        pieces = []
        for start in range(0, rows.height, _ROWS_AT_ONCE):
            pieces.append(_piece(project, model, rows[start : start + _ROWS_AT_ONCE]))
            if progress:
                progress(min(start + _ROWS_AT_ONCE, rows.height), rows.height)
        with whole_file(target) as unfinished:
            writer(pl.concat(pieces), unfinished)
    return PredictResult(rows.height, meter.usage.wall_seconds, str(target), model.version)


def _piece(project: Project, model: Model, rows: pl.DataFrame) -> pl.DataFrame:
    predicted = model.predict_table(rows)
    now = project.now()
    ids = [new_id(now) for _ in range(rows.height)]
    name = project.problem.roles.id
    named = rows[name].cast(pl.String).to_list() if name in rows.columns else [None] * rows.height
    given = rows.select(column for column in model.contract.names if column in rows.columns)
    given = given.drop(project.problem.target, strict=False)
    project.store.log_predictions(
        PredictionRecord(key, row_id, now, model.version, row, answer, "batch")
        for key, row_id, row, answer in zip(
            ids, named, given.to_dicts(), _answers(predicted, model), strict=True
        )
    )
    columns = [rows[name]] if name in rows.columns else []
    return pl.DataFrame([*columns, *predicted.get_columns(), pl.Series("prediction_id", ids)])


def _answers(predicted: pl.DataFrame, model: Model) -> list[dict[str, Any]]:
    said = predicted["prediction"].to_list()
    if not model.classes:
        answers: list[dict[str, Any]] = [{"value": value} for value in said]
    else:
        texts = [str(label) for label in model.classes]
        probabilities = predicted.drop("prediction", UNSEEN, strict=False).rows()
        answers = [
            {"label": label, "probabilities": dict(zip(texts, row, strict=True))}
            for label, row in zip(said, probabilities, strict=True)
        ]
    if UNSEEN in predicted.columns:  # as the endpoint answers
        for place in predicted[UNSEEN].arg_true().to_list():
            answers[place][UNSEEN] = True
    return answers
