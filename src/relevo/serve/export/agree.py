"""`agree`: an ONNX model held to the answers of the model that it was made from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import onnxruntime
import polars as pl
from numpy.typing import NDArray

from relevo.data.category_text import category_texts
from relevo.data.contract import ColumnContract, Contract
from relevo.errors import ModelMistake
from relevo.learn.learner import Prediction
from relevo.model.folder import model_table
from relevo.model.model import Model
from relevo.serve.export.deviation import Deviation
from relevo.serve.export.graph.inputs import Input

_MOST_DIFFERENCE = 1e-6
_ROWS_AT_ONCE = 2_000
_CHANGED_ROWS = 50
_ONLY_ERRORS = 3  # of onnxruntime's levels of messages
_UNSEEN = "\x1a"  # no text of a column
_TURNS_OF_THE_CALENDAR = [
    datetime(1899, 12, 31, 23, 59, 59, 999999),
    datetime(1900, 3, 1),
    datetime(1970, 1, 1),
    datetime(2000, 2, 29, 12),
    datetime(2024, 12, 31, 23, 59),
    datetime(2100, 2, 28, 0, 0, 1),
]


def agree(model: Model, folder: Path, file: Path, inputs: tuple[Input, ...]) -> Deviation:
    """Compare on all judged rows, and on some of them with each column missing or unheard of.

    Parameters
    ----------
    model, folder
        The model and its folder, which holds the judged rows.
    file, inputs
        The ONNX model and what goes into it.

    Raises
    ------
    ModelMistake
        When two answers to a row differ by more than 1e-6; two numbers, by more than that share of
        the range of the predictions where this is above 1.

    """
    judged = judged_rows(model, folder)
    frame = pl.concat([judged, *_changed(judged, model.contract)])
    predicted = model.predict(frame)
    expected = _numbers(predicted)
    answers, unseen = _answers(file, frame, inputs)
    largest = _largest(answers, expected)
    if predicted.unseen is not None and not np.array_equal(predicted.unseen, unseen):
        largest = np.inf
    known = expected[: judged.height]
    scale = 1.0 if model.classes else max(1.0, float(known.max() - known.min()))
    if largest > _MOST_DIFFERENCE * scale:
        most = f"{_MOST_DIFFERENCE * scale:.0e}"
        raise ModelMistake("export.differs", largest=f"{largest:.2g}", most=most)
    return Deviation(largest, frame.height)


def judged_rows(model: Model, folder: Path) -> pl.DataFrame:
    """The columns that the model learns from, of the rows that judged it.

    Raises
    ------
    ModelMistake
        When the folder holds none.

    """
    if not (folder / "judged.parquet").exists():
        raise ModelMistake("export.no_judged_rows")
    return model.predictors(model_table(folder, "judged"))


def feeds(frame: pl.DataFrame, inputs: tuple[Input, ...]) -> dict[str, NDArray[np.generic]]:
    """The columns of a table as the ONNX model takes them, each `(n_rows, 1)`."""
    return {one.name: _fed(frame[one.column], one)[:, np.newaxis] for one in inputs}


def _fed(values: pl.Series, one: Input) -> NDArray[np.generic]:
    if one.type == "double":
        return values.cast(pl.Float64).fill_null(np.nan).to_numpy()
    if one.type == "int64":
        times = values.cast(pl.Datetime("us")).cast(pl.Int64)
        return times.fill_null(one.missing).to_numpy()
    texts = category_texts(values)
    texts = texts.set(texts == one.missing, _UNSEEN)  # it is no category, so any other that is none
    return texts.fill_null(one.missing).to_numpy().astype(object)


def _answers(
    file: Path, frame: pl.DataFrame, inputs: tuple[Input, ...]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The numbers, and what the last output says of each row."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _ONLY_ERRORS
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    parts = [session.run(None, feeds(part, inputs)) for part in frame.iter_slices(_ROWS_AT_ONCE)]
    numbers, last = (np.concatenate([part[place] for part in parts]) for place in (0, -1))
    return numbers, last.reshape(len(last), -1)[:, 0]


def _numbers(prediction: Prediction) -> NDArray[np.float64]:
    if prediction.probabilities is not None:
        return prediction.probabilities
    return prediction.values[:, np.newaxis]


def _largest(answers: NDArray[np.float64], expected: NDArray[np.float64]) -> float:
    alike = (answers == expected) | (np.isnan(answers) & np.isnan(expected))
    with np.errstate(invalid="ignore"):  # infinity less infinity, which are alike
        difference = np.where(alike, 0.0, np.abs(answers - expected))
    return float(np.where(np.isnan(difference), np.inf, difference).max(initial=0.0))


def _changed(judged: pl.DataFrame, contract: Contract) -> Iterator[pl.DataFrame]:
    """Rows with a column missing, with all missing, and with values that nobody has seen."""
    few = judged.head(_CHANGED_ROWS)
    empty = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in judged.schema.items()]
    yield few.head(1).with_columns(empty)
    for name, dtype in judged.schema.items():
        yield few.with_columns(pl.lit(None, dtype=dtype).alias(name))
        for value in _unheard(dtype, contract[name]):
            yield few.with_columns(pl.lit(value).cast(dtype).alias(name))


def _unheard(dtype: pl.DataType, column: ColumnContract) -> list[object]:
    if dtype == pl.String:
        return ["", _UNSEEN]
    if dtype == pl.Float64:
        return [0.0, column.low, column.high, np.inf]
    if dtype in (pl.Date, pl.Datetime):
        return list(_TURNS_OF_THE_CALENDAR)
    return []
