from __future__ import annotations

import lightgbm
import numpy as np
import pytest

from relevo.compute.budget import Budget
from relevo.learn.boosting import Boosting
from relevo.learn.boosting_predictor import BoostingPredictor
from relevo.learn.learner import Target
from relevo.learn.links import mixed, score_loss
from relevo.prepare.matrix import Matrix

CLASSES = {"binary": ("a", "b"), "three": ("a", "b", "c"), "regression": ()}


def matrix(n: int = 400, seed: int = 0) -> Matrix:
    random = np.random.default_rng(seed)
    values = random.normal(size=(n, 4))
    values[:, 1] = random.integers(0, 12, n)
    values[random.random(n) < 0.1, 2] = np.nan
    return Matrix(values, ("a", "b", "c", "d"), ("a", "b", "c", "d"), {1: 12})


def trained(task: str, seed: int) -> BoostingPredictor:
    rows = matrix(seed=seed)
    signal = rows.values[:, 0] + (rows.values[:, 1] % 3) + np.nan_to_num(rows.values[:, 2])
    if task == "regression":
        target = Target(1e9 + 10.0**seed * signal)
    else:
        target = Target(
            np.digitize(signal, [0.0, 1.5][: len(CLASSES[task]) - 1]) * 1.0, CLASSES[task]
        )
    settings = {"most_trees": 20, "ordinal": bool(seed % 2), "seed": seed}
    return Boosting(**settings).fit(rows, target, Budget(600))


@pytest.mark.parametrize("task", CLASSES)
@pytest.mark.parametrize("count", [1, 2, 3])
def test_one_booster_gives_the_weighted_mean_of_several(task: str, count: int) -> None:
    members = [trained(task, seed) for seed in range(count)]
    weights = np.random.default_rng(0).uniform(0.5, 3.0, (count, members[0].n_outputs))
    together, rows = BoostingPredictor.average(members, weights), matrix(seed=9)
    shares = weights / weights.sum(axis=0)
    wanted = mixed([one.scores(rows) for one in members], shares)
    # Leaf values are written with 9 digits.
    np.testing.assert_allclose(together.scores(rows), wanted, rtol=1e-7, atol=1e-7)
    parts = mixed([one.contributions(rows) for one in members], shares[:, :, np.newaxis])
    np.testing.assert_allclose(together.contributions(rows), parts, rtol=1e-6, atol=1e-5)
    np.testing.assert_allclose(together.scores_row(rows.values[0]), wanted[0], rtol=1e-7, atol=1e-7)


def test_what_predicting_does_not_need_is_left_out() -> None:
    member = trained("binary", 0)
    together = BoostingPredictor.average([member], np.ones((1, 1)))
    assert len(together.text) < 0.9 * len(member.text)
    assert "split_gain" not in together.text
    assert "split_gain" in member.text


def test_it_can_be_moved_as_one() -> None:
    together = BoostingPredictor.average(
        [trained("binary", seed) for seed in (0, 1)], np.ones((2, 1))
    )
    rows = matrix(seed=5)
    turned = Target((rows.values[:, 0] < 0).astype(float), CLASSES["binary"])
    tuned = Boosting(fine_tuning="steps_10").fit(rows, turned, Budget(600), together)
    before, after = (score_loss(one.scores(rows), turned) for one in (together, tuned))
    assert after < before


def test_a_booster_that_found_no_split_is_a_constant() -> None:
    rows = Matrix(np.ones((30, 1)), ("a",), ("a",), {})
    member = Boosting().fit(rows, Target(np.arange(30.0)), Budget(600))
    together = BoostingPredictor.average([member, member], np.ones((2, 1)))
    np.testing.assert_allclose(together.scores(rows), member.scores(rows), rtol=1e-7)
    assert lightgbm.Booster(model_str=together.text).num_trees() == 2 * max(
        1, lightgbm.Booster(model_str=member.text).num_trees()
    )
