"""What a metric is expected to be on rows whose class is not known, only how likely each is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relevo.errors import ProblemMistake
from relevo.score.metrics import METRICS, Metric
from relevo.score.rows import Floats, weights_of

# A row beside those that count: heavy enough for its influence, too light to move the figure.
_FEATHER = 1e-9
# Rounding of a class that cannot be; its influence is still needed.
_LEAST = 1e-12


@dataclass(frozen=True)
class Expected:
    """The expected figure, and what it hangs on.

    Attributes
    ----------
    value
        The figure that these rows are expected to have.
    labels_error
        How far (one standard deviation) the figure that comes true lies from the expected one,
        because outcomes are drawn.
    gains
        Shape `(n_rows, n_classes)`: the derivative of the figure with respect to the weight of
        each row, if its class were this one.

    """

    value: float
    labels_error: float
    gains: Floats


def expected(
    metric: Metric, prediction: Floats, chance: Floats, weight: Floats | None = None
) -> Expected:
    """The figure of rows that belong to each class with some probability.

    Each row counts once for every class, with the class's probability as its weight: the metric of
    these rows is the ratio of the expected sums (confidence-based estimation: Kivimäki et al.
    2025, and Garg et al. 2022 before), for each metric at the cost of the metric itself. The ROC
    AUC leaves out the pairs that a row would make with itself.

    Parameters
    ----------
    metric
        Of a classification, with influences: any of `relevo.score.metrics.METRICS` except the
        calibration error.
    prediction
        Shape `(n_rows, n_classes)`: what the metric judges.
    chance
        Shape `(n_rows, n_classes)`: how likely each class is.
    weight
        Shape `(n_rows,)`.

    Raises
    ------
    ProblemMistake
        When the metric cannot be expected row by row.

    Examples
    --------
    >>> from relevo.score.metrics import METRICS
    >>> sure = np.array([[1.0, 0.0], [0.2, 0.8]])
    >>> expected(METRICS["accuracy"], sure, sure).value
    0.9

    References
    ----------
    Kivimäki, Białek, Kuberski and Nurminen (2025), Performance estimation in binary
    classification using calibrated confidence, arXiv 2505.05295.

    """
    mass = weights_of(prediction, weight)
    gains = effects(metric, prediction, chance, prediction, weight)
    mean = (chance * gains).sum(axis=1)
    variance = (chance * gains**2).sum(axis=1) - mean**2
    error = float(np.sqrt(np.sum(mass**2 * np.maximum(variance, 0.0))))
    return Expected(expected_value(metric, prediction, chance, mass), error, gains)


def effects(
    metric: Metric,
    prediction: Floats,
    chance: Floats,
    of: Floats,
    weight: Floats | None = None,
) -> Floats:
    """What other rows would add to the expected figure, `(n_other_rows, n_classes)`.

    Parameters
    ----------
    metric, prediction, chance, weight
        As `expected` takes them.
    of
        Shape `(n_other_rows, n_classes)`: the other rows' predictions.

    """
    if metric.influence is None or metric.task != "classification":
        known = (m.name for m in METRICS.values() if m.influence and m.task == "classification")
        raise ProblemMistake("expected.no_estimate", metric=metric.name, known=", ".join(known))
    mass = weights_of(prediction, weight)
    own = _spread_out(prediction, mass[:, None] * chance)
    others = _spread_out(of, np.full((len(of), chance.shape[1]), _FEATHER))
    target, seen, weights = (np.concatenate(both) for both in zip(own, others, strict=True))
    weights = np.maximum(weights, _LEAST)
    added = metric.influence(target, seen, weights) / weights
    return added[len(own[0]) :].reshape(len(of), chance.shape[1])


def _spread_out(prediction: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Each row once for every class: class, prediction and weight."""
    rows, classes = weights.shape
    target = np.tile(np.arange(classes, dtype=np.float64), rows)
    return target, np.repeat(prediction, classes, axis=0), weights.reshape(-1)


def expected_value(metric: Metric, prediction: Floats, chance: Floats, mass: Floats) -> float:
    """The value of `expected` alone, at a fraction of its cost."""
    if metric.name == "roc_auc":
        return _area(metric, prediction, chance, mass)
    target, seen, weights = _spread_out(prediction, mass[:, None] * chance)
    return metric.function(target, seen, weights)


def _area(metric: Metric, prediction: Floats, chance: Floats, mass: Floats) -> float:
    """Without the pair, a tie, that each row makes with itself."""
    count = chance.shape[1]
    areas = []
    for place in (1,) if count == 2 else range(count):
        yes = chance[:, place]
        two = np.column_stack([1 - yes, yes])
        seen = np.column_stack([1 - prediction[:, place], prediction[:, place]])
        target, rows, weights = _spread_out(seen, mass[:, None] * two)
        pairs = float((mass * yes).sum() * (mass * (1 - yes)).sum())
        own = float(np.sum(mass**2 * yes * (1 - yes)))
        if pairs - own > _LEAST * pairs:
            area = metric.function(target, rows, weights)
            areas.append((area * pairs - own / 2) / (pairs - own))
    return min(1.0, float(np.mean(areas))) if areas else np.nan
