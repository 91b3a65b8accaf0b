"""How sure one can be of a figure: an interval for every metric."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from relevo.score.calibration import calibration_interval
from relevo.score.metrics import Metric
from relevo.score.regression import absolute_rows, median_error, quantile_of
from relevo.score.rows import Codes, Floats, block_codes, weights_of
from relevo.score.spread import Spread, kish, spread
from relevo.score.wilson import wilson
from relevo.words import say


def interval(
    metric: Metric,
    target: Floats,
    prediction: Floats,
    weight: Floats | None = None,
    coverage: float = 0.95,
    blocks: ArrayLike | None = None,
    seed: int = 0,
) -> tuple[float, float, str]:
    """Low end, high end and how they were computed, for a metric on these rows.

    All intervals are analytic: the standard error comes from each row's influence on the figure
    (the infinitesimal jackknife, Efron 1982), summed within blocks when there are any, which
    covers what a (block) bootstrap covers at the cost of one pass. From it follow:

    - losses, RMSE, R2: a t interval on the logarithm of the loss (of 1 - R2): on few rows losses
      are skewed, and this one misses as often on one side as on the other;
    - figures between zero and one: Wilson's interval with the effective number of rows, which has
      a width even when every row is right; for the ROC AUC the error is DeLong's;
    - median error: Woodruff's interval (1952), that of its level turned into errors;
    - calibration error: see `relevo.score.calibration.calibration_interval`.

    When a figure is undefined (a ROC AUC of one class) the interval is `(nan, nan)`. When it stands
    on fewer than two rows or blocks (of some class, if it compares classes) nothing is known of its
    spread and the interval is all that is possible, such as `(0, inf)`.

    Parameters
    ----------
    metric
        One of `relevo.score.metrics.METRICS`.
    target, prediction
        As the metric's function takes them.
    weight
        Importance of each row, `(n_rows,)`; not a number of repetitions: weights all twice as
        large leave the interval as it is.
    blocks
        The block of each row, `(n_rows,)`, any ids: rows of one block (a day, a site) may depend
        on each other. Without them every row is independent.
    seed
        Of the simulation for the calibration error.

    """
    value = metric.function(target, prediction, weight)
    mass = weights_of(target, weight)
    codes = None if blocks is None else block_codes(blocks, len(target))
    kept = mass > 0
    if not kept.all():
        target, prediction, mass = target[kept], prediction[kept], mass[kept]
        codes = None if codes is None else block_codes(codes[kept], len(target))
    what = say("score.rows" if codes is None else "score.blocks")
    if math.isnan(value):
        return math.nan, math.nan, say("score.how.undefined")
    error = _spread(metric, target, prediction, mass, codes)
    lowest, highest = metric.span
    if math.isinf(error.error):
        return lowest, highest, say("score.how.too_few", what=what)
    quantile = _t_quantile(error.freedom, coverage)
    units = len(target) if codes is None else int(codes.max()) + 1
    how = say(f"score.how.{metric.interval}", units=units, what=what)
    if metric.interval == "calibration":
        low, high = calibration_interval(target, prediction, mass, codes, quantile, coverage, seed)
    elif metric.interval == "median":
        low, high = _woodruff(absolute_rows(target, prediction), mass, quantile * error.error)
    elif metric.interval == "wilson":
        low, high = wilson(value, _effective(value, error, mass), quantile)
    else:
        low, high = _on_logarithm(value, metric.span, quantile * error.error)
    return max(lowest, min(float(low), value)), min(highest, max(float(high), value)), how


def _spread(
    metric: Metric, target: Floats, prediction: Floats, mass: Floats, blocks: Codes | None
) -> Spread:
    if metric.interval == "median":
        errors = absolute_rows(target, prediction)
        below = (errors <= median_error(target, prediction, mass)).astype(np.float64)
        influence = mass * (below - np.average(below, weights=mass)) / mass.sum()
    elif metric.influence is None:
        influence = np.zeros(len(target))
    else:
        influence = metric.influence(target, prediction, mass)
    return spread(influence, target.astype(np.intp) if metric.by_class else None, blocks)


def _t_quantile(freedom: float, coverage: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + coverage / 2))


def _effective(rate: float, error: Spread, mass: Floats) -> float:
    """Rows of a simple random sample that would have the same error (Korn and Graubard 1998)."""
    if error.error == 0 or not 0 < rate < 1:
        return min(float(error.units), kish(mass))
    return min(rate * (1 - rate) / error.error**2, kish(mass))


def _on_logarithm(value: float, span: tuple[float, float], margin: float) -> tuple[float, float]:
    """The interval of the logarithm of how far the figure is from perfect."""
    perfect = span[0] if math.isfinite(span[0]) else span[1]
    away = value - perfect
    if away == 0:
        return value, value
    # The exponent is cut where a float ends.
    factor = math.exp(min(margin / abs(away), 700.0))
    low, high = sorted((perfect + away / factor, perfect + away * factor))
    return low, high


def _woodruff(errors: Floats, mass: Floats, margin: float) -> tuple[float, float]:
    low = quantile_of(errors, mass, max(0.5 - margin, 0.0))
    return low, quantile_of(errors, mass, min(0.5 + margin, 1.0))
