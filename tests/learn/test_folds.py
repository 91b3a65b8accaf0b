from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relevo.learn.folds import folds
from relevo.learn.learner import Target


def target(n: int, classes: int = 0, seed: int = 0) -> Target:
    random = np.random.default_rng(seed)
    if classes:
        return Target(random.integers(0, classes, n).astype(float), tuple("abcdef"[:classes]))
    return Target(random.normal(size=n))


@given(st.integers(2, 200), st.integers(1, 8), st.integers(0, 3), st.integers(0, 5))
@settings(deadline=None)
def test_part_and_held_share_no_row_and_every_row_is_held_once(
    n: int, count: int, classes: int, seed: int
) -> None:
    cut = folds(target(n, classes), count, seed=seed)
    held = [cut.held(fold) for fold in range(cut.count)]
    assert all(len(one) for one in held)
    for fold, one in enumerate(held):
        assert not np.intersect1d(one, cut.part(fold)).size
        assert len(one) + len(cut.part(fold)) == n
    together = np.sort(np.concatenate(held))
    np.testing.assert_array_equal(together, cut.judged)
    if cut.count > 1:
        np.testing.assert_array_equal(together, np.arange(n))


def test_classes_and_quantiles_are_spread_evenly() -> None:
    rare = Target((np.arange(500) < 25).astype(float), ("no", "yes"))
    cut = folds(rare, 5)
    assert [rare.values[cut.held(fold)].sum() for fold in range(5)] == [5.0] * 5
    number = target(1000)
    cut = folds(number, 5)
    medians = [np.median(number.values[cut.held(fold)]) for fold in range(5)]
    assert np.ptp(medians) < 0.2  # of independent fifths it would be some 0.25


def test_ordered_rows_hold_back_the_newest() -> None:
    cut = folds(target(1000), 5, ordered=True)
    assert cut.count == 1
    np.testing.assert_array_equal(cut.held(0), np.arange(667, 1000))


@pytest.mark.parametrize("count", [1, 4])
def test_groups_are_never_torn_apart(count: int) -> None:
    groups = np.random.default_rng(0).integers(0, 40, 600)
    cut = folds(target(600), count, groups=groups)
    for fold in range(cut.count):
        assert not np.intersect1d(groups[cut.part(fold)], groups[cut.held(fold)]).size
        assert len(cut.part(fold))
        assert len(cut.held(fold))


def test_one_group_is_as_none() -> None:
    assert folds(target(50), 5, groups=np.zeros(50, dtype=np.intp)).count == 5


def test_a_single_row_is_learnt_from_and_judges() -> None:
    cut = folds(target(1), 5)
    assert cut.part(0).tolist() == cut.held(0).tolist() == [0]
