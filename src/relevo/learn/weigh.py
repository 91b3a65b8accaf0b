"""`weigh`: how much each member of an ensemble counts, in all and for each class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp
from threadpoolctl import threadpool_limits

from relevo.learn.learner import Floats, Target
from relevo.learn.links import indicators, losses_and_slopes, mixed, row_shares, score_loss

_PULL_NATS = 2.0
_PULL_NATS_BY_CLASS = 3.0
_NATS_FOR_A_CLASS = 1.0  # Akaike (1974): what a parameter gains by fitting noise
_MOST_ROWS = 20_000
_ROWS_OF_ALL_SAMPLES, _MOST_SAMPLES = 40_000, 10
_LEAST_WEIGHT = 0.02
_LEAST_ERROR = 1e-6  # of the worst member's
_OPTIONS = {"maxiter": 100, "ftol": 1e-8}


def weigh(scores: Sequence[Floats], target: Target, kinds: Sequence[str]) -> Floats:
    """Weights of members: those that best explain held rows, pulled to equal shares of the kinds.

    Minimises the mean loss of the weighted mean score plus, spread over the rows, two nats for
    each nat of relative entropy from weights by which every kind counts the same. On few rows
    differences between members are mostly luck and the pull prevails; on many it vanishes. The
    weights are means over bootstrap samples of the rows, so that a few rows do not decide.

    Of three classes or more each has weights of its own where the held rows speak for it.

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
        Shape `(n_members, n_outputs)`, summing to `n_outputs`; 0 for members of next to no weight.

    """
    of_kind = Counter(kinds)
    equal = np.array([1.0 / (len(of_kind) * of_kind[kind]) for kind in kinds])
    every = slice(None, None, 1 + len(target) // _MOST_ROWS)
    target, stacked = target.take(every), np.stack([one[every] for one in scores])
    # Products this narrow gain nothing from threads, which would make their sums irreproducible.
    with threadpool_limits(1, user_api="blas"):
        weights = _resampled(stacked, target, equal) if len(scores) > 1 else equal
        weights[(weights < _LEAST_WEIGHT) & (weights < weights.max())] = 0.0
        whole = np.repeat(weights[:, np.newaxis] / weights.sum(), stacked.shape[2], axis=1)
        return _by_class(stacked, target, whole) if stacked.shape[2] > 1 else whole


def _resampled(stacked: Floats, target: Target, equal: Floats) -> Floats:
    """One weight for each member, the mean over resampled rows."""
    n = len(target)
    resamples = int(np.clip(_ROWS_OF_ALL_SAMPLES // n, 1, _MOST_SAMPLES))
    random = np.random.default_rng(0)
    start = _fitted(stacked, target, equal, np.zeros(len(equal)))
    found = []
    for _ in range(resamples):
        rows = np.sort(random.integers(0, n, n))
        found.append(_fitted(stacked[:, rows], target.take(rows), equal, start))
    return np.asarray(np.mean([_shares(one, equal) for one in found], axis=0))


def _fitted(stacked: Floats, target: Target, equal: Floats, start: Floats) -> Floats:
    """Logarithms of how much more than equal each counts, but for a constant."""
    wanted, share = indicators(target, stacked.shape[2]), row_shares(target)
    if not target.classes:  # so that half a squared error is in nats
        errors = [float((share * (one - wanted) ** 2).sum()) for one in stacked]
        share = share / (max(min(errors), _LEAST_ERROR * max(errors)) or 1.0)
    pull = _PULL_NATS / len(target)

    def loss(more: Floats) -> tuple[float, Floats]:
        weights = _shares(more, equal)
        sums = np.tensordot(weights, stacked, 1)
        losses, slopes = losses_and_slopes(sums, wanted, bool(target.classes))
        apart = more - logsumexp(more, b=equal)
        by_weight = np.tensordot(stacked, share * slopes, 2) + pull * (apart + 1.0)
        value = float((share * losses).sum() + pull * (weights @ apart))
        return value, weights * (by_weight - weights @ by_weight)

    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", options=_OPTIONS).x)


def _by_class(stacked: Floats, target: Target, whole: Floats) -> Floats:
    """Weights for each class, when they gain more than they would by fitting noise.

    Their sum stays: how sure the scores are as a whole is the calibration's to settle.
    """
    wanted, share = indicators(target, stacked.shape[2]), row_shares(target)
    pull = _PULL_NATS_BY_CLASS / len(target)

    def weights_of(more: Floats) -> Floats:
        weights = whole * np.exp(more.reshape(whole.shape))
        return np.asarray(weights * whole.sum() / weights.sum())

    def loss(more: Floats) -> tuple[float, Floats]:
        weights = weights_of(more)
        losses, slopes = losses_and_slopes(mixed(stacked, weights), wanted, classes=True)
        by_weight = weights * np.einsum("mnc,nc->mc", stacked, share * slopes)
        slope = (by_weight - weights * by_weight.sum() / weights.sum()).ravel() + pull * more
        return float((share * losses).sum() + pull * (more**2).sum() / 2), slope

    start = np.zeros(whole.size)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=_OPTIONS)
    gain = (score_loss(mixed(stacked, whole), target) - found.fun) * len(target)
    return weights_of(found.x) if gain > _NATS_FOR_A_CLASS * stacked.shape[2] else whole


def _shares(more: Floats, equal: Floats) -> Floats:
    return np.asarray(equal * np.exp(more - logsumexp(more, b=equal)))
