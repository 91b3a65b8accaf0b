"""`realised_quality`: has the model become worse on rows whose outcome is known by now?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from relevo.picture.number import number
from relevo.score.evidence import Figure
from relevo.score.intervals import interval
from relevo.score.metrics import metric as metric_of
from relevo.score.rows import check_rows
from relevo.watch.signals import Signal, chance
from relevo.words import say


@dataclass(frozen=True)
class Realised:
    """The quality on the newly labelled rows, and whether it fell beyond chance."""

    signal: Signal
    figure: Figure


def realised_quality(
    task: str,
    metric: str,
    target: ArrayLike,
    prediction: ArrayLike,
    baseline: Figure,
    blocks: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    alpha: float = 0.05,
    on: str = "newest",
    seed: int = 0,
) -> Realised:
    """Compare the quality on newly labelled rows with the evidence at training.

    Both figures carry an interval; the difference's one-sided test takes from each the half that
    points towards the other (square-and-add), so that an interval need not be symmetric. The
    baseline is as wide as its own interval says: give it blocks where rows depend on each other.

    Parameters
    ----------
    task, metric
        As `relevo.score.metrics.metric` takes them.
    target
        Shape `(n_rows,)`: the number, or the position of the row's class.
    prediction
        Shape `(n_rows, n_classes)`, probabilities, or `(n_rows,)`, numbers.
    baseline
        The same metric on the rows that judged the model.
    blocks
        Shape `(n_rows,)`: rows of one block (a day, a site) may depend on each other.
    weight
        Shape `(n_rows,)`.
    alpha
        How often an alarm may be false when the quality is the same.
    on
        What the rows are called in the figure.
    seed
        Of the interval, for metrics that simulate it.

    Raises
    ------
    DataMistake
        When there are no rows, or they do not fit together.
    ProblemMistake
        When there is no such metric for the task.

    References
    ----------
    Zou and Donner (2008), Construction of confidence limits about effect measures: a general
    approach, Statistics in Medicine 27.

    Examples
    --------
    >>> import numpy as np
    >>> from relevo.score.evidence import Figure
    >>> before = Figure("mae", 1.0, (0.9, 1.1), 400, "judged", "")
    >>> rng = np.random.default_rng(0)
    >>> found = realised_quality("regression", "mae", rng.normal(0, 3, 300), np.zeros(300), before)
    >>> found.signal.alarm, round(found.signal.size, 1)
    (True, 1.5)

    """
    scored = metric_of(metric, task)
    truth, seen = (np.asarray(one, dtype=np.float64) for one in (target, prediction))
    mass = None if weight is None else np.asarray(weight, dtype=np.float64)
    check_rows(truth, seen, mass, task == "classification")
    value = scored.function(truth, seen, mass)
    low, high, how = interval(scored, truth, seen, mass, blocks=blocks, seed=seed)
    figure = Figure(metric, value, (low, high), len(truth), on, how)
    worse = baseline.value - value if scored.greater_is_better else value - baseline.value
    unknown = scored.span in (figure.interval, baseline.interval)  # too few rows for an interval
    p_value = 1.0 if unknown else _p_of_worse(figure, baseline, scored.greater_is_better, worse)
    return Realised(_signal(figure, baseline, worse, p_value, alpha), figure)


def _p_of_worse(now: Figure, before: Figure, greater_is_better: bool, worse: float) -> float:
    if greater_is_better:
        halves = now.interval[1] - now.value, before.value - before.interval[0]
    else:
        halves = now.value - now.interval[0], before.interval[1] - before.value
    reach = float(ndtri(0.5 + now.coverage / 2)), float(ndtri(0.5 + before.coverage / 2))
    error = math.hypot(halves[0] / reach[0], halves[1] / reach[1])
    if not math.isfinite(error) or math.isnan(worse):
        return 1.0
    if error == 0:
        return 0.0 if worse > 0 else 1.0
    return float(ndtr(-worse / error))


def _signal(now: Figure, before: Figure, worse: float, p_value: float, alpha: float) -> Signal:
    alarm = p_value <= alpha
    text = say(
        f"watch.quality.{'worse' if alarm else 'calm'}",
        metric=now.metric,
        value=number(now.value, 3),
        low=number(now.interval[0], 3),
        high=number(now.interval[1], 3),
        rows=number(now.rows),
        before=number(before.value, 3),
        p=chance(p_value),
    )
    return Signal("quality", now.metric, worse, p_value, alarm, text)
