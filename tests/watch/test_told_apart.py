from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.watch.drift import drift
from relevo.watch.reference import Reference
from relevo.watch.stream import DriftStream


def rows(rng, n, correlation=0.6, agree=0.5, columns=5):
    values = rng.normal(size=(n, columns))
    values[:, 1] = correlation * values[:, 0] + np.sqrt(1 - correlation**2) * values[:, 1]
    first = rng.random(n) < 0.5
    second = np.where(rng.random(n) < agree, first, ~first)
    frame = {f"x{at}": values[:, at] for at in range(columns)}
    return pl.DataFrame({**frame, "p": np.where(first, "a", "b"), "q": np.where(second, "c", "d")})


@pytest.mark.parametrize("change", [{"correlation": -0.6}, {"agree": 0.9}])
def test_it_finds_what_no_single_column_shows(change):
    rng = np.random.default_rng(0)
    before, after = rows(rng, 2000), rows(rng, 1500, **change)
    alone, found = drift(before, after), drift(before, after, classifier=True)
    assert not any(one.alarm for one in alone.columns)
    assert alone.classifier is None
    assert found.alarm
    assert found.classifier.auc > 0.55
    assert found.classifier.p_value < 1e-4
    wanted = {"x0", "x1"} if "correlation" in change else {"p", "q"}
    assert set(found.classifier.columns[:2]) == wanted


def test_both_levels_hold_where_nothing_changed():
    rng = np.random.default_rng(1)
    found = [drift(rows(rng, 250), rows(rng, 150), classifier=True) for _ in range(150)]
    # .05 and three binomial standard errors of 150 windows (.018 each)
    assert np.mean([one.classifier.p_value <= 0.05 for one in found]) <= 0.104
    assert np.mean([one.alarm for one in found]) <= 0.104
    assert np.mean([one.classifier.auc for one in found]) == pytest.approx(0.5, abs=0.02)


def test_a_saved_reference_gives_the_same(drawn):
    before, after = drawn(0, 900), drawn(1, 500, shift=1.0)
    found = drift(before, after, classifier=True)
    assert drift(Reference.of(before), after, classifier=True) == found
    assert found.classifier.auc > 0.55


def test_gaps_new_words_and_empty_columns_are_taken(drawn):
    after = drawn(1, 400).with_columns(word=pl.lit("new"), gaps=pl.lit(None, pl.Float64))
    found = drift(drawn(0, 400), after, classifier=True)
    assert found.classifier.auc > 0.99


def test_too_few_rows_or_columns_have_none():
    found = drift({"x": [1.0, 2.0, 3.0]}, {"x": [1.0, 2.0, 3.0]}, classifier=True)
    assert found.classifier is None
    stream = DriftStream({"x": [1.0, 2.0] * 9})
    stream.add({"x": [1.0, 2.0] * 9})
    assert stream.result().classifier is None
