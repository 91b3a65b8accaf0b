from __future__ import annotations

import numpy as np
import pytest

from relevo.learn.learner import Floats, Target
from relevo.learn.links import indicators, losses_and_slopes, mixed, row_losses, score_loss
from relevo.learn.weigh import weigh


def numbers(n: int, seed: int = 0) -> tuple[Target, np.random.Generator]:
    random = np.random.default_rng(seed)
    return Target(random.normal(size=n)), random


def noisy(target: Target, spread: float, random: np.random.Generator) -> Floats:
    return np.asarray(target.values + random.normal(scale=spread, size=len(target)))[:, np.newaxis]


def test_many_rows_decide_by_the_error() -> None:
    target, random = numbers(20_000)
    spreads = (0.3, 0.6, 0.9)
    weights = weigh([noisy(target, one, random) for one in spreads], target, ["a", "a", "a"])[:, 0]
    best = np.array([one**-2 for one in spreads])  # of independent errors: inverse to the variance
    assert weights == pytest.approx(best / best.sum(), abs=0.03)


def test_on_few_rows_every_kind_counts_the_same() -> None:
    random = np.random.default_rng(0)
    target = Target(np.array([0.0, 1.0, 0.0, 1.0, 1.0]), ("no", "yes"))
    scores = [0.2 * random.normal(size=(5, 1)) for _ in range(4)]
    kinds = ["trees", "trees", "trees", "line"]
    equal = [1 / 6, 1 / 6, 1 / 6, 1 / 2]
    assert weigh(scores, target, kinds)[:, 0] == pytest.approx(equal, abs=0.06)
    many = Target(np.tile(target.values, 4000), target.classes)
    sure = weigh([np.tile(one, (4000, 1)) for one in scores], many, kinds)[:, 0]
    assert np.abs(sure - equal).max() > 0.2


def test_a_useless_member_has_no_weight() -> None:
    target, random = numbers(2000)
    scores = [noisy(target, 0.1, random), random.normal(size=(2000, 1))]
    assert weigh(scores, target, ["a", "b"]).tolist() == [[1.0], [0.0]]


@pytest.mark.parametrize("n_classes", [2, 4])
def test_classes_are_weighed_by_their_log_loss(n_classes: int) -> None:
    random = np.random.default_rng(0)
    n, n_outputs = 1500, 1 if n_classes == 2 else n_classes
    values = random.integers(0, n_classes, n).astype(float)
    target = Target(values, tuple("abcd"[:n_classes]))
    own = 2.0 * indicators(target, n_outputs)
    scores = [own + random.normal(scale=one, size=own.shape) for one in (1.0, 1.0, 2.0)]
    weights = weigh(scores, target, ["a", "b", "c"])
    ours = score_loss(mixed(scores, weights), target)
    assert weights.sum() == pytest.approx(n_outputs)
    assert ours < min(score_loss(one, target) for one in scores)
    for moved in np.random.default_rng(1).dirichlet(200.0 * weights[:, 0] + 0.1, 20):
        assert ours < score_loss(mixed(scores, moved[:, np.newaxis]), target) + 2e-3


def test_each_class_has_weights_of_its_own_where_rows_speak_for_it() -> None:
    random = np.random.default_rng(0)
    target = Target(random.integers(0, 3, 3000).astype(float), ("a", "b", "c"))
    own = 2.0 * indicators(target, 3)
    first = own + random.normal(size=own.shape) * [0.3, 3.0, 1.0]
    second = own + random.normal(size=own.shape) * [3.0, 0.3, 1.0]
    weights = weigh([first, second], target, ["a", "b"])
    assert weights.sum() == pytest.approx(3.0)
    assert weights[0, 0] > 2.0 * weights[1, 0]
    assert weights[1, 1] > 2.0 * weights[0, 1]
    alike = [own + random.normal(size=own.shape) for _ in range(2)]
    few = Target(target.values[:60], target.classes)
    same = weigh([one[:60] for one in alike], few, ["a", "b"])
    assert (same == same[:, :1]).all()


def test_weights_of_rows_count_and_no_unit_does() -> None:
    target, random = numbers(1000)
    half = np.where(np.arange(1000) < 500, 1.0, 0.0)
    left = np.where(half > 0, target.values, random.normal(size=1000))[:, np.newaxis]
    right = np.where(half > 0, random.normal(size=1000), target.values)[:, np.newaxis]
    heavy = Target(target.values, (), half)
    assert weigh([left, right], heavy, ["a", "b"])[0] == 1.0
    scores = [noisy(target, one, random) for one in (0.5, 0.8)]
    large = Target(1e9 * target.values)
    assert weigh([1e9 * one for one in scores], large, ["a", "b"]) == pytest.approx(
        weigh(scores, target, ["a", "b"]), abs=1e-4
    )


def test_members_without_error_share() -> None:
    target = Target(np.arange(10.0))
    exact = target.values[:, np.newaxis]
    assert weigh([exact, exact], target, ["a", "b"]).tolist() == [[0.5], [0.5]]


@pytest.mark.parametrize("n_classes", [0, 2, 3])
def test_losses_and_slopes_agree(n_classes: int) -> None:
    random = np.random.default_rng(0)
    values = random.integers(0, max(n_classes, 2), 30).astype(float)
    target = Target(values, tuple("abc"[:n_classes]))
    scores = random.normal(size=(30, 3 if n_classes == 3 else 1))
    wanted = indicators(target, scores.shape[1])
    losses, slopes = losses_and_slopes(scores, wanted, bool(n_classes))
    halved = 1.0 if n_classes else 0.5
    assert losses[:, 0] == pytest.approx(halved * row_losses(scores, target))
    step = 1e-6 * random.normal(size=scores.shape)
    moved, _ = losses_and_slopes(scores + step, wanted, bool(n_classes))
    assert (moved - losses)[:, 0] == pytest.approx((slopes * step).sum(axis=1), abs=1e-10)
