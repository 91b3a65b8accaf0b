"""`select`: which candidates an ensemble takes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from relevo.learn.costs import Costs
from relevo.learn.learner import Floats, Target
from relevo.learn.links import row_losses

_MOST_STEPS = 40
_MOST_ROWS = 20_000
_ROWS_OF_ALL_SAMPLES, _MOST_SAMPLES = 40_000, 20
_LEAST_WEIGHT = 0.02


def select(
    scores: Sequence[Floats], target: Target, costs: Costs, most_members: int = 12
) -> Floats:
    """Which candidates are taken, and how often: greedy selection with replacement.

    Caruana et al. (2004), "Ensemble selection from libraries of models": begin with the best
    candidate and add, again and again, the one that lowers the loss of the mean most; shares are
    means over bootstrap samples of the rows, so that few rows do not decide by luck. Raw scores
    are averaged, not probabilities, so that the ensemble's attributions stay additive. How much
    each of those taken counts in the end is for `weigh` to say.

    Parameters
    ----------
    scores
        Of each candidate on the same held rows, shapes `(n_rows, n_outputs)`.
    target
        Of these rows.
    costs
        One fit of each member, all together, keeps the limits; when none does alone, the cheapest
        is taken.
    most_members
        How many different candidates at most.

    Returns
    -------
    ndarray
        The share of the steps that took each, shape `(n_candidates,)`, summing to 1.

    """
    n = len(target)
    resamples = int(np.clip(_ROWS_OF_ALL_SAMPLES // max(n, 1), 1, _MOST_SAMPLES))
    random = np.random.default_rng(0)
    weights = np.zeros(len(scores))
    for _ in range(resamples):
        rows: NDArray[np.intp] = np.arange(0, n, 1 + n // _MOST_ROWS)
        if resamples > 1:
            rows = np.sort(random.integers(0, n, n))
        taken = [one[rows] for one in scores]
        weights += _greedy(taken, target.take(rows), costs, most_members)
    return _within(weights / resamples, costs, most_members)


def _greedy(scores: Sequence[Floats], target: Target, costs: Costs, most_members: int) -> Floats:
    counts = np.zeros(len(scores))
    every = range(len(scores))
    allowed = [place for place in every if costs.fit_in({place: 1})]
    if not allowed:
        cheapest = min(every, key=lambda one: (costs.latency_us({one: 1}), costs.fit_mb[one]))
        counts[cheapest] = 1.0
        return counts
    total, best = np.zeros_like(scores[0]), np.inf
    for step in range(1, _MOST_STEPS + 1):
        members = {int(place) for place in np.flatnonzero(counts)}
        found = (np.inf, -1)
        for place in allowed:
            if place not in members and (
                len(members) >= most_members
                or not costs.fit_in(dict.fromkeys(members | {place}, 1))
            ):
                continue
            found = min(found, (_loss((total + scores[place]) / step, target), place))
        if not found[0] < best:
            break
        best = found[0]
        counts[found[1]] += 1
        total += scores[found[1]]
    weights: Floats = counts / counts.sum()
    return weights


def _within(weights: Floats, costs: Costs, most_members: int) -> Floats:
    """The weightiest that together keep the limits, without those of next to no weight."""
    kept: set[int] = set()
    for place in np.argsort(-weights, kind="stable").tolist():
        small = weights[place] < _LEAST_WEIGHT and kept
        fits = dict.fromkeys(kept | {place}, 1)
        if not small and len(kept) < most_members and (not kept or costs.fit_in(fits)):
            kept.add(place)
    chosen = np.where(np.isin(np.arange(len(weights)), list(kept)), weights, 0.0)
    shares: Floats = chosen / chosen.sum()
    return shares


def _loss(scores: Floats, target: Target) -> float:
    return float(np.average(row_losses(scores, target), weights=target.weight))
