"""The probability from which acting costs less than not acting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relevo.score.rows import Floats, weights_of


@dataclass(frozen=True)
class Threshold:
    """A decision threshold; a row is called positive when its probability reaches it.

    Attributes
    ----------
    value
        The threshold that follows from the costs alone, right when probabilities are calibrated
        (Elkan 2001): `false_positive / (false_positive + false_negative)`.
    cost
        Mean cost per row of deciding at `value`, on the given rows.
    empirical, empirical_cost
        The threshold that would have cost least on the given rows, and its cost. It was chosen on
        the rows that it is judged on, so its cost is flattering; an `empirical_cost` far below
        `cost` says that the probabilities are not calibrated.

    """

    value: float
    cost: float
    empirical: float
    empirical_cost: float


def best_threshold(
    target: Floats,
    probability: Floats,
    false_positive: float,
    false_negative: float,
    weight: Floats | None = None,
) -> Threshold:
    """The threshold that costs least.

    Parameters
    ----------
    target
        One for positive rows, else zero, `(n_rows,)`.
    probability
        Predicted probability of being positive, `(n_rows,)`.
    false_positive, false_negative
        Cost of either error, in one unit. When both are zero the threshold is 0.5.

    Examples
    --------
    >>> rows = np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.05, 0.3, 0.4, 0.9])
    >>> threshold = best_threshold(*rows, false_positive=1, false_negative=4)
    >>> threshold.value, threshold.cost, round(threshold.empirical, 2), threshold.empirical_cost
    (0.2, 0.25, 0.35, 0.0)

    References
    ----------
    Elkan (2001), The foundations of cost-sensitive learning, IJCAI.

    """
    both = false_positive + false_negative
    value = false_positive / both if both > 0 else 0.5
    mass = weights_of(target, weight)
    called = probability >= value
    wrong = np.where(called, false_positive * (target == 0), false_negative * (target == 1))
    candidates, costs = _costs(target, probability, false_positive, false_negative, mass)
    cheapest = candidates[costs <= costs.min() + 1e-12 * max(both, 1.0)]
    empirical = cheapest[np.argmin(np.abs(cheapest - value))]
    cost = float(np.average(wrong, weights=mass))
    return Threshold(value, cost, float(empirical), min(float(costs.min()), cost))


def _costs(
    target: Floats, probability: Floats, false_positive: float, false_negative: float, mass: Floats
) -> tuple[Floats, Floats]:
    """Thresholds between the distinct probabilities, from the highest down, and their costs."""
    order = np.argsort(-probability)
    ordered = probability[order]
    ends = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    hit, miss = mass * (target == 1), mass * (target == 0)
    missed = hit.sum() - np.append(0.0, np.cumsum(hit[order])[ends])
    alarms = np.append(0.0, np.cumsum(miss[order])[ends])
    distinct = ordered[ends]
    above = max((1 + distinct[0]) / 2, np.nextafter(distinct[0], 2))
    between = (distinct[:-1] + distinct[1:]) / 2
    costs = (false_positive * alarms + false_negative * np.maximum(missed, 0)) / mass.sum()
    return np.concatenate([[above], between, [0.0]]), costs
