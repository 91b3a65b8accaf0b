from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pytest

from relevo.errors import DataMistake, OptionMistake
from relevo.watch.drift import drift


def rows(rng, n, shift=0.0, one=False, odds=1.0, numbers=8, categories=4):
    """Correlated, partly skewed numbers, counts, and categories of which one's odds move."""
    base = rng.normal(size=(n, 1))
    values = 0.5 * base + rng.normal(size=(n, numbers))
    values[:, -1] = np.exp(values[:, -1])
    values[:, : 1 if one else numbers] += shift
    frame = {f"n{at}": values[:, at] for at in range(numbers)}
    frame["count"] = rng.poisson(3, n)
    for at in range(categories):
        shares = 1.0 / np.arange(1, at + 4)
        shares[0] *= odds
        frame[f"c{at}"] = rng.choice(list("abcdefgh")[: at + 3], n, p=shares / shares.sum())
    return pl.DataFrame(frame)


def of(found, column, kind=None):
    return next(c for c in found.columns if c.column == column and kind in (None, c.kind))


def test_false_alarms_come_as_often_as_stated():
    rng = np.random.default_rng(0)

    def window(n):
        return rows(rng, n, numbers=5, categories=3)

    alarms = [drift(window(500), window(300)).alarm for _ in range(250)]
    # .05 with three binomial standard errors of 250 windows (.0138 each)
    assert 0.009 <= np.mean(alarms) <= 0.091


def test_many_small_shifts_are_seen_together():
    rng = np.random.default_rng(1)
    seen = [
        drift(rng.normal(size=(2000, 12)), rng.normal(0.07, 1, size=(800, 12))) for _ in range(30)
    ]
    alone = [any(c.p_value <= 0.05 / 12 for c in found.columns) for found in seen]
    assert np.mean([found.alarm for found in seen]) > max(0.8, np.mean(alone) + 0.2)


def test_the_column_that_moved_is_named():
    rng = np.random.default_rng(2)
    found = drift(rows(rng, 2000), rows(rng, 1000, shift=0.5, one=True))
    assert found.alarm
    assert [c.column for c in found.columns if c.alarm] == ["n0"]
    assert of(found, "n0").size == pytest.approx(0.5 / np.sqrt(1.25), abs=0.1)
    assert 0 < of(found, "n0").distance < 1


def test_categories_that_moved_are_named():
    rng = np.random.default_rng(3)
    found = drift(rows(rng, 3000), rows(rng, 2000, odds=2.0))
    assert {c.column for c in found.columns if c.alarm} == {"c0", "c1", "c2", "c3"}
    assert all(0 < of(found, f"c{at}").size < 1 for at in range(4))


def test_kinds_follow_the_values():
    rng = np.random.default_rng(4)
    found = drift(rows(rng, 500), rows(rng, 500))
    kinds = {c.column: c.kind for c in found.columns}
    assert (kinds["n0"], kinds["count"], kinds["c0"]) == ("number", "category", "category")
    assert (found.rows_reference, found.rows_current, found.skipped) == (500, 500, ())


def test_the_same_whatever_holds_the_rows():
    rng = np.random.default_rng(5)
    before, after = rng.normal(size=(200, 3)), rng.normal(0.2, 1, size=(100, 3))
    array = drift(before, after)
    names = [c.column for c in array.columns]
    frames = [pl.DataFrame(one, schema=names) for one in (before, after)]
    assert drift(*frames) == array
    assert drift(*(one.to_pandas() for one in frames)) == array
    assert drift(*(one.lazy() for one in frames)) == array
    assert drift(*(dict(zip(names, one.T, strict=True)) for one in (before, after))) == array


def test_pandas_words_and_gaps():
    before = pd.DataFrame({"c": ["a", "b", None, "a"] * 50, "n": [1.5, np.nan, 2.5, 0.5] * 50})
    after = pd.DataFrame({"c": ["a", "b", "b", "a"] * 50, "n": [1.5, np.nan, np.nan, 0.5] * 50})
    found = drift(before, after.assign(c=after["c"].astype("category")))
    assert of(found, "c", "missing").size == pytest.approx(-0.25)
    assert of(found, "n", "missing").alarm


def test_missing_is_tested_only_where_it_occurs():
    rng = np.random.default_rng(6)
    before = {"x": rng.normal(size=300), "y": rng.normal(size=300)}
    after = {"x": rng.normal(size=300), "y": np.where(rng.random(300) < 0.1, np.nan, 0.0)}
    found = drift(before, after)
    assert [c.column for c in found.columns if c.kind == "missing"] == ["y"]
    assert of(found, "y", "missing").alarm


def test_dates_names_and_running_numbers_are_skipped():
    rng = np.random.default_rng(7)

    def frame(start):
        days = [datetime(2013, 1, 1) + timedelta(days=start + at) for at in range(200)]
        row = np.arange(start, start + 200)
        words = [f"row {at}" for at in row]
        return pl.DataFrame({"t": days, "row": row, "words": words, "x": rng.normal(size=200)})

    found = drift(frame(0), frame(200))
    assert found.skipped == ("t", "row", "words")
    assert [c.column for c in found.columns] == ["x"]
    assert not found.alarm


def test_a_column_can_be_left_out():
    rng = np.random.default_rng(8)
    before = {"x": rng.normal(size=200), "month": np.ones(200)}
    after = {"x": rng.normal(size=200), "month": np.full(200, 2.0)}
    assert drift(before, after).alarm
    assert not drift(before, after, skip=["month"]).alarm


def test_constant_and_empty_columns():
    rng = np.random.default_rng(9)
    before = pl.DataFrame({"one": [1.0] * 50, "none": [None] * 50, "gone": rng.normal(size=50)})
    after = pl.DataFrame({"one": [1.0] * 40, "none": [None] * 40, "gone": [None] * 40})
    found = drift(before, after)
    assert (of(found, "one").p_value, of(found, "one").size) == (1.0, 0.0)
    assert of(found, "none", "missing").p_value == 1.0
    assert of(found, "gone", "missing").alarm
    assert of(found, "gone", "missing").size == 1.0


def test_a_constant_that_changed_and_infinite_values():
    found = drift({"x": [1.0] * 50}, {"x": [2.0] * 50})
    assert found.alarm
    rng = np.random.default_rng(10)
    wild = rng.normal(size=200)
    wild[:40] = np.inf
    found = drift({"x": rng.normal(size=200)}, {"x": wild})
    assert not of(found, "x", "number").alarm
    assert of(found, "x", "missing").size == pytest.approx(0.2)


def test_new_and_high_cardinality_categories():
    rng = np.random.default_rng(11)
    before = {"city": rng.choice([f"c{at}" for at in range(300)], 3000)}
    assert not drift(before, {"city": rng.choice([f"c{at}" for at in range(300)], 1000)}).alarm
    new = rng.choice([f"c{at}" for at in range(300)], 1000)
    new[:60] = "elsewhere"
    assert drift(before, {"city": new}).alarm


def test_shifted_units_have_a_large_size():
    rng = np.random.default_rng(12)
    values = rng.normal(50, 10, 400)
    found = drift({"price": values[:200]}, {"price": values[200:] * 1000})
    assert found.alarm
    assert found.columns[0].size > 1000


def test_many_correlated_columns_and_few_rows_keep_quiet():
    rng = np.random.default_rng(13)

    def window(n):
        return rng.normal(size=(n, 1)) + 0.3 * rng.normal(size=(n, 20))

    alarms = [drift(window(180), window(60)).alarm for _ in range(50)]
    assert np.mean(alarms) <= 0.14  # .05 and three binomial standard errors (.031 each)


def test_a_reference_that_is_smaller_than_the_window_holds_the_level_too():
    rng = np.random.default_rng(15)
    alarms = [drift(rows(rng, 60), rows(rng, 900)).alarm for _ in range(100)]
    assert np.mean(alarms) <= 0.115  # .05 and three binomial standard errors (.022 each)
    found = drift(rows(rng, 60), rows(rng, 900, shift=1.0, one=True))
    assert [c.column for c in found.columns if c.alarm] == ["n0"]


@pytest.mark.parametrize("window", [1.0, 50.0, np.nan])
def test_a_window_that_holds_one_value_is_compared_as_far_as_it_goes(window):
    found = drift({"x": np.arange(40.0) % 7}, {"x": [window] * 2})
    assert found.rows_current == 2
    assert 0 < found.p_value <= 1


def test_a_column_alarms_only_with_the_whole():
    rng = np.random.default_rng(14)
    for _ in range(15):
        found = drift(rows(rng, 100), rows(rng, 80, shift=0.15))
        assert found.alarm or not any(c.alarm for c in found.columns)
        assert found.alarm == (found.p_value <= 0.05)


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize(
    ("reference", "current", "key"),
    [
        ({"x": [1.0]}, {"x": [1.0, 2.0]}, "watch.too_few_rows_reference"),
        ({"x": [1.0, 2.0]}, {"x": np.array([])}, "watch.too_few_rows_current"),
        ({"price": [1.0, 2.0]}, {"prize": [1.0, 2.0]}, "watch.missing_column"),
        ({"x": [1.0, 2.0]}, {"x": ["a", "b"]}, "watch.type_changed"),
        ({"t": [datetime(2013, 1, 1)] * 3}, {"t": [datetime(2013, 1, 2)] * 3},
         "watch.nothing_to_compare"),
    ],
)  # fmt: skip
def test_mistakes_are_explained(reference, current, key, lang):
    with pytest.raises(DataMistake) as caught:
        drift(reference, current)
    assert caught.value.key == key
    assert all(caught.value.parts(lang).values())


def test_the_missing_column_is_named_with_its_neighbour():
    with pytest.raises(DataMistake) as caught:
        drift({"price": [1.0, 2.0]}, {"prize": [1.0, 2.0]})
    parts = caught.value.parts("en")
    assert "price" in parts["came"]
    assert "prize" in parts["todo"]


@pytest.mark.parametrize("alpha", [0, 1, -0.1])
def test_alpha_must_be_a_probability(alpha):
    with pytest.raises(OptionMistake):
        drift({"x": [1.0, 2.0]}, {"x": [1.0, 2.0]}, alpha=alpha)
