from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from relevo.errors import OptionMistake
from relevo.explain.decisions.wanted import Wanted
from relevo.model.model import Model


@pytest.mark.parametrize(
    ("wanted", "low", "high", "text"),
    [
        ((10, 20), 10.0, 20.0, "from 10 to 20"),
        ([None, 20.5], -math.inf, 20.5, "at most 20.5"),
        ((10, None), 10.0, math.inf, "at least 10"),
        (">= 10", 10.0, math.inf, "at least 10"),
        ("<=-1e3", -math.inf, -1000.0, "at most -1000"),
        ("10..20", 10.0, 20.0, "from 10 to 20"),
    ],
)
def test_a_range_of_numbers_can_be_written_in_several_ways(
    models: Callable[..., Model], wanted: Any, low: float, high: float, text: str
) -> None:
    found = Wanted.of(models("amount"), wanted, "en")
    assert (found.low, found.high, found.text) == (low, high, text)


@pytest.mark.parametrize(
    "wanted", [20, "20", "much", (20, 10), (None, None), (1, 2, 3), ("a", "b"), None, (math.nan, 1)]
)
def test_what_is_no_range_is_told_how_to_write_one(
    models: Callable[..., Model], wanted: Any
) -> None:
    with pytest.raises(OptionMistake) as told:
        Wanted.of(models("amount"), wanted)
    parts = told.value.parts("en")
    assert str(wanted) in parts["came"]
    assert "10" in parts["expected"]
    assert parts["todo"]


def test_an_unknown_label_is_told_the_nearest(models: Callable[..., Model]) -> None:
    with pytest.raises(OptionMistake) as told:
        Wanted.of(models("class"), "god")
    parts = told.value.parts("en")
    assert "god" in parts["came"]
    assert "bad, good, watch" in parts["expected"]
    assert "good" in parts["todo"]


@pytest.mark.parametrize("threshold", [0.5, 0.2, 0.9])
@pytest.mark.parametrize("label", ["yes", "no"])
def test_the_margin_says_what_the_model_answers(
    model: Model, rows: pl.DataFrame, threshold: float, label: str
) -> None:
    model = replace(model, threshold=threshold)
    wanted = Wanted.of(model, label)
    margins = wanted.margin(wanted.scores(model.predict(rows)))
    answers = model.predict_table(rows)["prediction"] == label
    assert ((margins >= 0) == answers.to_numpy()).all()


def test_the_margin_of_several_classes_and_of_numbers(
    models: Callable[..., Model], rows: pl.DataFrame
) -> None:
    model = models("class")
    for label in model.classes:
        wanted = Wanted.of(model, label)
        margins = wanted.margin(wanted.scores(model.predict(rows)))
        answers = model.predict_table(rows)["prediction"] == label
        assert ((margins >= 0) == answers.to_numpy()).all()
    amounts = models("amount")
    wanted = Wanted.of(amounts, (8, 12))
    predicted = amounts.predict(rows).values
    margins = wanted.margin(wanted.scores(amounts.predict(rows)))
    assert np.array_equal(margins >= 0, (predicted >= 8) & (predicted <= 12))
