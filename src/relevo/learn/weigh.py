"""`weigh`: how much each member of an ensemble counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp
from threadpoolctl import threadpool_limits

from relevo.learn.learner import Floats, Target
from relevo.learn.links import indicators, losses_and_slopes

_PULL_NATS = 2.0
_MOST_ROWS = 20_000
_ROWS_OF_ALL_SAMPLES, _MOST_SAMPLES = 40_000, 10
_LEAST_WEIGHT = 0.02
_LEAST_ERROR = 1e-6  # of the worst member's


def weigh(scores: Sequence[Floats], target: Target, kinds: Sequence[str]) -> Floats:
    """Weights of members: those that best explain held rows, pulled to equal shares of the kinds.

    Minimises the mean loss of the weighted mean score plus, spread over the rows, two nats for
    each nat of relative entropy from weights by which every kind counts the same. On few rows
    differences between members are mostly luck and the pull prevails; on many it vanishes. The
    weights are means over bootstrap samples of the rows, so that a few rows do not decide.

    Parameters
    ----------
    scores
        Of each member on the same held rows, shapes `(n_rows, n_outputs)`.
    target
        Of these rows.
    kinds
        Of each member; members of one kind err alike.

    Returns
    -------
    ndarray
        Shape `(n_members,)`, summing to 1; 0 for members of next to no weight.

    """
    of_kind = Counter(kinds)
    equal = np.array([1.0 / (len(of_kind) * of_kind[kind]) for kind in kinds])
    if len(scores) == 1:
        return equal
    every = slice(None, None, 1 + len(target) // _MOST_ROWS)
    target, stacked = target.take(every), np.stack([one[every] for one in scores])
    n = len(target)
    resamples = int(np.clip(_ROWS_OF_ALL_SAMPLES // n, 1, _MOST_SAMPLES))
    random = np.random.default_rng(0)
    # Products this narrow gain nothing from threads, which would make their sums irreproducible.
    with threadpool_limits(1, user_api="blas"):
        start = _fitted(stacked, target, equal, np.zeros(len(equal)))
        found = []
        for _ in range(resamples):
            rows = np.sort(random.integers(0, n, n))
            found.append(_fitted(stacked[:, rows], target.take(rows), equal, start))
    weights = np.mean([_shares(one, equal) for one in found], axis=0)
    weights[(weights < _LEAST_WEIGHT) & (weights < weights.max())] = 0.0
    return np.asarray(weights / weights.sum())


def _fitted(stacked: Floats, target: Target, equal: Floats, start: Floats) -> Floats:
    """Logarithms of how much more than equal each counts, but for a constant."""
    wanted = indicators(target, stacked.shape[2])
    share = np.ones(len(target)) if target.weight is None else target.weight
    share = (share / share.sum())[:, np.newaxis]
    if not target.classes:  # so that half a squared error is in nats
        errors = [float((share * (one - wanted) ** 2).sum()) for one in stacked]
        share = share / (max(min(errors), _LEAST_ERROR * max(errors)) or 1.0)
    pull = _PULL_NATS / len(target)

    def loss(more: Floats) -> tuple[float, Floats]:
        weights = _shares(more, equal)
        losses, slopes = losses_and_slopes(
            np.tensordot(weights, stacked, 1), wanted, bool(target.classes)
        )
        apart = more - logsumexp(more, b=equal)
        by_weight = np.tensordot(stacked, share * slopes, 2) + pull * (apart + 1.0)
        value = float((share * losses).sum() + pull * (weights @ apart))
        return value, weights * (by_weight - weights @ by_weight)

    options = {"maxiter": 100, "ftol": 1e-8}
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x)


def _shares(more: Floats, equal: Floats) -> Floats:
    return np.asarray(equal * np.exp(more - logsumexp(more, b=equal)))
