from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from relevo.errors import DataMistake
from relevo.problem.problem import Problem, Source
from relevo.train.target import class_labels, known_target, target_values


def problem(task: str = "classification", positive: Any = None) -> Problem:
    source = Source(path="rows.csv")
    return Problem(name="p", task=task, target="y", data=source, positive=positive)  # type: ignore[arg-type]


def test_the_positive_label_comes_last() -> None:
    values = pl.Series("y", ["bad", "good"] * 3)
    assert class_labels(values, problem()) == ("bad", "good")
    assert class_labels(values, problem(positive="bad")) == ("good", "bad")
    assert class_labels(pl.Series("y", [True, False] * 2), problem(positive=False)) == (True, False)


def test_labels_become_positions_whatever_their_type() -> None:
    assert target_values(pl.Series([True, False]), (False, True)).tolist() == [1.0, 0.0]
    assert target_values(pl.Series(["true", "false"]), (False, True)).tolist() == [1.0, 0.0]
    assert target_values(pl.Series([3, 1, 2]), (1, 2, 3)).tolist() == [2.0, 0.0, 1.0]
    assert target_values(pl.Series(["1.5", "2"]), ()).tolist() == [1.5, 2.0]


@pytest.mark.parametrize(
    ("values", "key"),
    [(["a"] * 5, "train.one_class"), (["a", "a", "b"], "train.lonely_class")],
)
def test_classes_that_teach_nothing_are_refused(values: list[str], key: str) -> None:
    with pytest.raises(DataMistake) as caught:
        class_labels(pl.Series("y", values), problem())
    assert caught.value.key == key


def test_a_label_that_nobody_knows_is_named() -> None:
    with pytest.raises(DataMistake) as caught:
        target_values(pl.Series("y", ["a", "z"]), ("a", "b"))
    assert "z" in caught.value.parts("en")["came"]


@pytest.mark.parametrize("value", ["many", "inf"])
def test_a_number_that_is_none_is_named(value: str) -> None:
    with pytest.raises(DataMistake) as caught:
        target_values(pl.Series("y", ["1", value]), ())
    assert value in caught.value.parts("en")["came"]


def test_rows_without_a_target_are_left_out() -> None:
    frame = pl.DataFrame({"y": [1, None] * 12})
    assert known_target(frame, "y").height == 12
    with pytest.raises(DataMistake):
        known_target(frame.head(10), "y")
