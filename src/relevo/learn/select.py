"""`select`: which candidates an ensemble takes, and with what weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from relevo.learn.learner import Floats, Target
from relevo.learn.links import row_losses

_MOST_STEPS = 40
_MOST_ROWS = 20_000
# Likelihood in nats (of all rows together) that one more member must gain, against choosing noise
# and for what it costs at every prediction.
_NATS_FOR_A_MEMBER = 0.3


@dataclass(frozen=True)
class Costs:
    """What each candidate costs, shape `(n_candidates,)` each, and the most that all may cost."""

    latency_us: Floats
    size_mb: Floats
    max_latency_us: float = np.inf
    max_size_mb: float = np.inf

    def fit_in(self, chosen: set[int]) -> bool:
        """Whether these candidates together keep both limits."""
        places = list(chosen)
        latency, size = self.latency_us[places].sum(), self.size_mb[places].sum()
        return bool(latency <= self.max_latency_us and size <= self.max_size_mb)


def select(scores: Sequence[Floats], target: Target, costs: Costs, most_members: int = 6) -> Floats:
    """Weights of the candidates: greedy forward selection with replacement.

    Caruana et al. (2004), "Ensemble selection from libraries of models": begin with the best
    candidate and add, again and again, the one that lowers the loss of the mean most. Raw scores
    are averaged, not probabilities, so that the ensemble's attributions stay additive.

    Parameters
    ----------
    scores
        Of each candidate on the same held rows, shapes `(n_rows, n_outputs)`.
    target
        Of these rows.
    costs
        A new member must also earn its price, and all together keep the limits; when none does
        alone, the cheapest is taken.
    most_members
        How many different candidates at most.

    Returns
    -------
    ndarray
        Shape `(n_candidates,)`, summing to 1.

    """
    rows = slice(None, None, 1 + len(target) // _MOST_ROWS)
    taken, target = [one[rows] for one in scores], target.take(rows)
    counts = np.zeros(len(taken))
    allowed = [place for place in range(len(taken)) if costs.fit_in({place})]
    if not allowed:
        counts[int(np.lexsort((costs.size_mb, costs.latency_us))[0])] = 1.0
        return counts
    total, best = np.zeros_like(taken[0]), np.inf
    for step in range(1, _MOST_STEPS + 1):
        members = {int(place) for place in np.flatnonzero(counts)}
        found = (np.inf, -1, np.inf)
        for place in allowed:
            new = place not in members
            if new and (len(members) >= most_members or not costs.fit_in(members | {place})):
                continue
            loss = _loss((total + taken[place]) / step, target)
            price = _price(loss, target) if new and members else 0.0
            found = min(found, (loss + price, place, loss))
        if not found[0] < best:
            break
        best = found[2]
        counts[found[1]] += 1
        total += taken[found[1]]
    weights: Floats = counts / counts.sum()
    return weights


def _loss(scores: Floats, target: Target) -> float:
    return float(np.average(row_losses(scores, target), weights=target.weight))


def _price(loss: float, target: Target) -> float:
    """The gain in mean loss that makes so many nats of all rows together."""
    nats = _NATS_FOR_A_MEMBER / len(target)
    return nats if target.classes else 2.0 * nats * loss
