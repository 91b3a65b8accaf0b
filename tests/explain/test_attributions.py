"""Features are added up per source column, and so are the errors of those that are sampled."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from relevo.explain.attributions import attributions, attributions_row
from relevo.prepare.matrix import Matrix

Floats = NDArray[np.float64]
COLUMNS = ("date", "date", "age")
MATRIX = Matrix(np.arange(6.0).reshape(2, 3), ("year", "month", "age"), COLUMNS, {})


class Told:
    """A predictor of given contributions `(n_rows, n_outputs, 4)`."""

    def __init__(self, parts: Floats, errors: Floats | None) -> None:
        self.parts, self.errors = parts, errors

    def sampled_contributions(self, matrix: Matrix) -> tuple[Floats, Floats | None]:
        return self.parts, self.errors

    def contributions_row(self, values: Floats) -> Floats:
        return np.asarray(self.parts[int(values[0]) // 3])

    def predict(self, matrix: Matrix) -> SimpleNamespace:
        return SimpleNamespace(values=self.parts.sum(axis=2).argmax(axis=1).astype(float))


def model(parts: Floats, errors: Floats | None = None) -> Any:
    preparation = SimpleNamespace(columns=COLUMNS)
    return SimpleNamespace(predictor=Told(parts, errors), preparation=preparation)


def test_the_features_of_a_column_are_added_up() -> None:
    parts = np.array([[[1.0, 2.0, 4.0, 0.5]], [[-1.0, 1.0, 0.0, 0.5]]])
    found = attributions(model(parts), MATRIX)
    assert found.columns == ("date", "age")
    assert found.values.tolist() == [[3.0, 4.0], [0.0, 0.0]]
    assert found.base.tolist() == [0.5, 0.5]
    assert found.errors is None


def test_errors_of_one_column_are_added_up_as_the_most_that_they_can_be() -> None:
    errors = np.array([[[0.3, 0.4, 0.1]], [[0.0, 0.2, 0.0]]])
    found = attributions(model(np.zeros((2, 1, 4)), errors), MATRIX)
    assert found.errors is not None
    np.testing.assert_allclose(found.errors, [[0.7, 0.1], [0.2, 0.0]])


def test_of_several_classes_the_predicted_one_is_explained() -> None:
    parts = np.zeros((2, 3, 4))
    parts[0, 2], parts[1, 1] = [1.0, 1.0, 1.0, 0.25], [2.0, 0.0, 3.0, 0.5]
    errors = np.arange(18.0).reshape(2, 3, 3)
    found = attributions(model(parts, errors), MATRIX)
    assert found.values.tolist() == [[2.0, 1.0], [2.0, 3.0]]
    assert found.errors is not None
    assert found.errors.tolist() == [[13.0, 8.0], [25.0, 14.0]]
    for row, values, base in zip(MATRIX.values, found.values, found.base, strict=True):
        one = attributions_row(model(parts), row)
        assert one.columns == found.columns
        assert one.values.tolist() == values.tolist()
        assert one.base == pytest.approx(base)
