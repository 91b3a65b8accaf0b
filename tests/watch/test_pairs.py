from __future__ import annotations

import numpy as np
import pytest

from relevo.watch.pairs import pair_scores, turned_pairs


def test_the_pair_that_turned_is_first():
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(900, 6))
    is_current = np.arange(900) >= 500
    scores[is_current, 4] = 0.7 * scores[is_current, 1] + 0.7 * scores[is_current, 4]
    pairs = turned_pairs(scores, np.arange(6), is_current, 3)
    assert pairs[0] == (1, 4)
    assert len(set(pairs)) == 3
    assert all(one < other for one, other in pairs)


def test_no_column_is_paired_with_itself():
    scores = np.random.default_rng(1).normal(size=(60, 4))
    owners = np.array([0, 0, 0, 1])
    pairs = turned_pairs(scores, owners, np.arange(60) >= 30, 10)
    assert sorted(pairs) == [(0, 3), (1, 3), (2, 3)]


def test_scores_of_numbers_are_ranks_and_of_words_levels():
    column = np.array([3.0, np.nan, 1e9, -5.0])
    scores = pair_scores(column, False)
    assert scores[:, 0] == pytest.approx([0, 0, np.sqrt(2), -np.sqrt(2)], abs=1e-9)
    words = pair_scores(np.array([0.0, 0, 1, 5]), True)
    assert words.shape == (4, 3)
    assert words.mean(axis=0) == pytest.approx(0, abs=1e-12)
    assert (words[:, 2] == 0).all()
    assert (pair_scores(np.full(4, np.nan), False) == 0).all()
