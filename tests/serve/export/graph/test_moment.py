from __future__ import annotations

from datetime import datetime

import numpy as np
import onnxruntime
import polars as pl

from relevo.prepare.moment import Moment
from relevo.serve.export.graph.builder import Graph
from relevo.serve.export.graph.moment import MISSING_TIME, moment

STEP = Moment("at", ("weekday", "minute", "month", "yearday", "days"))


def of_graph(times: pl.Series) -> np.ndarray:
    graph = Graph()
    given = graph.input("at", "int64")
    graph.output("parts", moment(STEP, given), "double", len(STEP.parts))
    model = graph.model("moment", 1, {}).SerializeToString()
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    fed = times.cast(pl.Int64).fill_null(MISSING_TIME).to_numpy()[:, np.newaxis]
    return np.asarray(session.run(["parts"], {"at": fed})[0])


def same(found: np.ndarray, expected: np.ndarray) -> None:
    """All parts but the last are whole numbers; that one may differ in its last bit."""
    assert np.array_equal(found[:, :-1], expected[:, :-1])
    np.testing.assert_allclose(found[:, -1], expected[:, -1], rtol=5e-16)


def test_every_day_of_five_centuries() -> None:
    start, end = datetime(1699, 12, 30, 23, 59), datetime(2201, 1, 2)
    times = pl.datetime_range(start, end, "1d", eager=True, time_unit="us")
    expected = np.empty((len(times), len(STEP.parts)))
    STEP.table(times, expected)
    same(of_graph(times), expected)


def test_every_minute_of_a_day_before_1970() -> None:
    start, end = datetime(1968, 2, 29), datetime(1968, 2, 29, 23, 59, 59)
    times = pl.datetime_range(start, end, "17s", eager=True, time_unit="us")
    expected = np.empty((len(times), len(STEP.parts)))
    STEP.table(times, expected)
    same(of_graph(times), expected)


def test_a_missing_time_has_no_parts() -> None:
    times = pl.Series([None, datetime(2024, 2, 29)], dtype=pl.Datetime("us"))
    assert np.isnan(of_graph(times)).all(axis=1).tolist() == [True, False]
    assert np.datetime64("NaT", "us").astype(np.int64) == MISSING_TIME
