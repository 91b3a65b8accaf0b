from __future__ import annotations

import numpy as np

from relevo.learn.costs import Costs
from relevo.learn.learner import Target
from relevo.learn.links import score_loss
from relevo.learn.select import select

N = 2000


def number() -> tuple[Target, np.random.Generator]:
    random = np.random.default_rng(0)
    return Target(random.normal(size=N)), random


def free(count: int, **limits: float) -> Costs:
    return costs([10.0] * count, **limits)


def costs(fit_us: list[float], most_fits: int = 1, call_us: float = 0.0, **limits: float) -> Costs:
    n = len(fit_us)
    return Costs(fit_us, [1.0] * n, ["trees"] * n, {"trees": call_us}, [most_fits] * n, **limits)


def test_members_whose_errors_differ_share_the_weight() -> None:
    target, random = number()
    scores = [target.values[:, np.newaxis] + random.normal(size=(N, 1)) for _ in range(3)]
    weights = select(scores, target, free(3))
    assert weights.sum() == 1.0
    assert (weights > 0.2).all()
    mixed = sum(w * s for w, s in zip(weights, scores, strict=True))
    assert score_loss(mixed, target) < 0.5 * min(score_loss(s, target) for s in scores)


def test_a_useless_candidate_is_left_out() -> None:
    target, random = number()
    good = target.values[:, np.newaxis] + random.normal(scale=0.1, size=(N, 1))
    assert select([good, random.normal(size=(N, 1))], target, free(2)).tolist() == [1.0, 0.0]


def test_limits_are_kept() -> None:
    target, random = number()
    scores = [target.values[:, np.newaxis] + random.normal(size=(N, 1)) for _ in range(4)]
    assert np.count_nonzero(select(scores, target, free(4, max_latency_us=25.0))) == 2
    assert np.count_nonzero(select(scores, target, free(4, max_size_mb=1.5))) == 1
    dear = costs([90.0, 80.0, 70.0, 95.0], max_latency_us=5.0)
    assert select(scores, target, dear).tolist() == [0.0, 0.0, 1.0, 0.0]


def test_weights_of_rows_count() -> None:
    target, _ = number()
    left = np.where(np.arange(N) < N // 2, target.values, 0.0)[:, np.newaxis]
    right = np.where(np.arange(N) < N // 2, 0.0, target.values)[:, np.newaxis]
    heavy = Target(target.values, (), np.where(np.arange(N) < N // 2, 1.0, 0.0))
    assert select([left, right], heavy, free(2))[0] == 1.0
