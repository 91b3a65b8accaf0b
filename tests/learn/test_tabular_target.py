from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.exceptions import DataConversionWarning

from relevo.learn.tabular_target import (
    read_groups,
    read_labels,
    read_numbers,
    read_target,
    read_weights,
    with_mean_one,
)


def test_a_column_is_taken_with_a_warning() -> None:
    with pytest.warns(DataConversionWarning, match="column-vector"):
        assert read_target([[1], [2]], 2).tolist() == [1, 2]


@pytest.mark.parametrize(
    "y", [[1, 2], (1, 2), pd.Series([1, 2], index=[7, 9]), pl.Series([1, 2]), np.array(["1", "2"])]
)
def test_numbers_of_every_form(y: Any) -> None:
    assert read_numbers(read_target(y, 2)).tolist() == [1.0, 2.0]


def test_labels_come_in_order_with_their_positions() -> None:
    classes, positions = read_labels(np.array([3, 1, 3]))
    assert (classes.tolist(), positions.tolist()) == ([1, 3], [1.0, 0.0, 1.0])


def test_weights_keep_their_proportions() -> None:
    assert read_weights(None, 3) is None
    weights = read_weights(pd.Series([1, 0, 3]), 3)
    assert weights is not None
    assert weights.tolist() == pytest.approx([1 / 3, 0.0, 1.0])
    assert with_mean_one(np.array([2.0, 2.0])) is None
    assert read_weights(2, 3) is not None


def test_groups_are_numbered() -> None:
    assert read_groups(None, 2) is None
    groups = read_groups(["b", "a", "b"], 3)
    assert groups is not None
    assert groups.tolist() == [1, 0, 1]
