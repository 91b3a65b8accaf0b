from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.validate.target.condition import Condition, rule, together
from relevo.validate.target.cuts import Cuts

ROWS = pl.DataFrame(
    {
        "x": [1.0, 2.0, 3.0, 4.0, None, np.inf],
        "c": ["a", "a", "b", None, "c", "a"],
        "same": [7] * 6,
        "yes": [True, False, True, False, True, None],
    }
)


def test_every_condition_holds_where_its_words_say():
    cuts = Cuts.of(ROWS, bins=2, levels=2)
    held = {
        one.said("en"): column.astype(bool).tolist()
        for one, column in zip(cuts.conditions, cuts.held(ROWS).T, strict=True)
    }
    assert held == {
        "x is missing": [False, False, False, False, True, True],
        "x ≤ 2": [True, True, False, False, False, False],
        "x > 2": [False, False, True, True, False, False],
        "c = a": [True, True, False, False, False, True],
        "c is missing": [False, False, False, True, False, False],
        "yes = true": [True, False, True, False, True, False],
        "yes = false": [False, True, False, True, False, False],
    }


def test_pairs_are_on_two_columns_each_once():
    cuts = Cuts.of(ROWS, bins=2, levels=2)
    pairs = {
        frozenset((cuts.conditions[one].column, cuts.conditions[other].column))
        for one, other in np.argwhere(cuts.pairs)
    }
    assert pairs == {frozenset(pair) for pair in (("x", "c"), ("x", "yes"), ("c", "yes"))}
    assert cuts.pairs.sum() == 3 * 2 + 3 * 2 + 2 * 2


def test_a_rule_in_both_languages():
    conditions = [Condition.of_range("x", 12_345.0, np.inf), Condition("c", "missing")]
    assert rule(conditions, "en") == "x > 12\u202f345 and c is missing"
    assert rule(conditions, "es") == "x > 12\u202f345 y c falta"
    assert together(conditions[1:], ROWS).tolist() == [False, False, False, True, False, False]


@pytest.mark.parametrize("values", [[], [None, None], [1.0], [5.0] * 9])
def test_nothing_to_cut(values):
    column = pl.DataFrame({"x": pl.Series(values, dtype=pl.Float64)})
    assert Cuts.of(column, 4, 4).conditions == ()
