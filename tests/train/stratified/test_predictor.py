"""A hundred thousand segments in one file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from relevo.prepare.matrix import Matrix
from relevo.train.registry import load_predictor
from relevo.train.stratified.columns import Columns
from relevo.train.stratified.evidence import PoolingEvidence
from relevo.train.stratified.predictor import Coefficients, StratifiedPredictor
from relevo.train.stratified.segments import combined

Floats = NDArray[np.float64]
COUNT, FEATURES = 100_000, 10


def test_a_hundred_thousand_segments_lie_in_one_small_file_each(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    keys = np.unique(random.integers(-(2**62), 2**62, COUNT))
    endless = np.full(FEATURES, np.inf)
    predictor = StratifiedPredictor(
        Coefficients(
            keys,
            random.normal(size=(len(keys), 1, FEATURES + 1)),
            np.ones(len(keys), dtype=bool),
            np.zeros((1, FEATURES + 1)),
        ),
        Columns(
            np.arange(FEATURES),
            np.full(FEATURES, np.nan),
            -endless,
            endless,
            np.zeros(FEATURES),
            np.ones(FEATURES),
        ),
        1,
        pl.DataFrame({"place": [f"p{n}" for n in range(len(keys))], "rows": np.arange(len(keys))}),
        PoolingEvidence("pooled", 1.0, (0.9, 1.1), ()),
        (*(f"x{n}" for n in range(FEATURES)), "key of place"),
        (),
        {"loss": "squared"},
    )
    predictor.save(tmp_path / "predictor")
    files = {file.name: file.stat().st_size for file in (tmp_path / "predictor").iterdir()}
    assert set(files) == {"predictor.json", "coefficients.npz", "segments.parquet"}
    assert sum(files.values()) < 12e6  # 8.8 MB of coefficients
    again = load_predictor(tmp_path / "predictor")
    np.testing.assert_array_equal(again.coefficients.values, predictor.coefficients.values)
    assert predictor.size_mb * 1e6 < 1.2 * files["coefficients.npz"]


@dataclass
class Guess:
    """A base that samples what it says of its features."""

    slope: float = 2.0

    def scores(self, matrix: Matrix) -> Floats:
        return self.slope * matrix.values[:, :1] + 1.0

    def scores_row(self, values: Floats) -> Floats:
        return self.slope * values[:1] + 1.0

    def contributions(self, matrix: Matrix) -> Floats:
        return np.stack([self.contributions_row(row) for row in matrix.values])

    def contributions_row(self, values: Floats) -> Floats:
        return np.array([[self.slope * values[0], *np.zeros(len(values) - 1), 1.0]])

    def sampled_contributions(self, matrix: Matrix) -> tuple[Floats, Floats]:
        parts = self.contributions(matrix)
        return parts, np.full_like(parts[:, :, :-1], 0.25)


def two_places(base: Any, base_scale: Floats | None) -> StratifiedPredictor:
    """Coefficients of two segments: constant, two numbers, and the base's score if it is one."""
    columns = np.array([[[0.5, 1.0, -1.0, 0.5]], [[-0.5, 2.0, 0.0, -3.0]]])
    columns = columns if base_scale is not None else columns[:, :, :3]
    numbers = Columns(
        np.arange(2),
        np.full(2, np.nan),
        np.full(2, -np.inf),
        np.full(2, np.inf),
        np.array([0.1, 0.2]),
        np.array([1.0, 2.0]),
    )
    keys = combined(np.array([[3.0], [8.0]]))
    order = np.argsort(keys)
    known = np.ones(2, dtype=bool)
    return StratifiedPredictor(
        Coefficients(keys[order], columns[order], known, columns.mean(axis=0)),
        numbers,
        1,
        pl.DataFrame({"place": ["a", "b"], "rows": [5, 5]}),
        PoolingEvidence("pooled", 1.0, (0.9, 1.1), ()),
        ("x0", "x1", "key of place"),
        (),
        {"loss": "squared"},
        base,
        base_scale,
    )


def rows_of_places() -> Matrix:
    values = np.random.default_rng(3).normal(size=(9, 3))
    values[:, 2] = np.resize([3.0, 8.0, 99.0], 9)
    return Matrix(values, ("x0", "x1", "key of place"), ("x0", "x1", "place"), {})


@pytest.mark.parametrize(
    ("base", "scale"), [(None, None), (Guess(), None), (Guess(), np.array([[0.3, 1.7]]))]
)
def test_contributions_of_one_row_equal_those_of_many(base: Any, scale: Floats | None) -> None:
    predictor, matrix = two_places(base, scale), rows_of_places()
    many = predictor.contributions(matrix)
    np.testing.assert_allclose(many.sum(axis=2), predictor.scores(matrix), atol=1e-12)
    for row, expected in zip(matrix.values, many, strict=True):
        np.testing.assert_allclose(predictor.contributions_row(row), expected, atol=1e-12)


def test_a_base_that_samples_passes_its_errors_on() -> None:
    matrix = rows_of_places()
    _, exact = two_places(None, None).sampled_contributions(matrix)
    assert exact is None
    _, plain = two_places(Guess(), None).sampled_contributions(matrix)
    np.testing.assert_allclose(plain[:, 0], np.tile([0.25, 0.25, 0.0], (9, 1)))
    parts, scaled = two_places(Guess(), np.array([[0.3, 1.7]])).sampled_contributions(matrix)
    # In the first segment the base counts 1 + 0.5 / 1.7 times, in the second |1 - 3 / 1.7|.
    np.testing.assert_allclose(scaled[0, 0, :2], 0.25 * (1 + 0.5 / 1.7))
    np.testing.assert_allclose(scaled[1, 0, :2], 0.25 * abs(1 - 3.0 / 1.7))
    np.testing.assert_array_equal(
        parts, two_places(Guess(), np.array([[0.3, 1.7]])).contributions(matrix)
    )
