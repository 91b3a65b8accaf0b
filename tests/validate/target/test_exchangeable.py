from __future__ import annotations

import numpy as np
import pytest

from relevo.validate.target.exchangeable import dealt_anew, exchangeable


def sides(before, after):
    matrix = np.concatenate([before, after])
    return matrix, np.arange(len(matrix)) >= len(before)


def tied(rng, rows):
    """A number, a number of few values, a category and one with missing values."""
    normal = rng.normal(size=(rows, 4)) + rng.normal(size=(rows, 1))
    normal[:, 1] = np.floor(normal[:, 1])
    normal[:, 2] = np.digitize(normal[:, 2], [-1, 0.5])
    normal[rng.random(rows) < 0.3, 3] = np.nan
    return normal


def test_dealing_anew_is_at_its_level():
    p_values = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        matrix, is_target = sides(tied(rng, 60), tied(rng, 40))
        p_values.append(dealt_anew(matrix, [2], is_target, rng))
    # exact: .05 and three binomial standard errors (.0154 each); uniform, so a mean of about .5
    assert np.mean(np.array(p_values) <= 0.05) <= 0.096
    assert np.mean(p_values) == pytest.approx(0.5, abs=0.07)


def test_the_whole_test_is_at_its_level():
    p_values = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        matrix, is_target = sides(tied(rng, 60), tied(rng, 40))
        p_values.append(exchangeable(matrix, [2], is_target, seed))
    # as above, of 60 draws (.028 each); the benchmark draws a thousand of each kind of table
    assert np.mean(np.array(p_values) <= 0.05) <= 0.135


@pytest.mark.parametrize("change", ["one column", "spread", "missing", "category", "together"])
def test_it_sees_each_kind_of_change(change):
    rng = np.random.default_rng(7)
    before, after = tied(rng, 800), tied(rng, 800)
    if change == "one column":
        after[:, 0] += 0.4
    elif change == "spread":
        after[:, 0] *= 1.5
    elif change == "missing":
        after[rng.random(800) < 0.2, 0] = np.nan
    elif change == "category":
        after[rng.random(800) < 0.2, 2] = 0
    else:  # each column alone is as before
        after[:, 0] = rng.permutation(after[:, 0])
    matrix, is_target = sides(before, after)
    assert exchangeable(matrix, [2], is_target, 0) <= 0.01


def test_constant_columns_and_the_seed():
    rng = np.random.default_rng(0)
    matrix = np.full((100, 2), 3.0)
    matrix[:, 1] = np.nan
    is_target = np.arange(100) >= 50
    assert exchangeable(matrix, [], is_target, 0) > 0.5
    matrix[:, 0] = rng.normal(size=100)
    first, again = (exchangeable(matrix, [], is_target, 3) for _ in range(2))
    assert first == again
