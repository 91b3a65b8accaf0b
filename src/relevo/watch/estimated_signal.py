"""`estimated_signal`: how good a window's predictions are likely to be, as a signal."""

from __future__ import annotations

import math

from scipy.special import ndtr, ndtri

from relevo.picture.number import number
from relevo.score.evidence import Figure
from relevo.score.metrics import METRICS
from relevo.validate.expected.estimate import ExpectedQuality
from relevo.watch.signals import Signal, chance
from relevo.words import say


def estimated_signal(found: ExpectedQuality, baseline: Figure, alpha: float = 0.05) -> Signal:
    """Whether a window's estimated quality is below the evidence at training, beyond chance.

    Parameters
    ----------
    found
        What `relevo.validate.expected_quality` says of the window.
    baseline
        The same metric on the rows that judged the model.
    alpha
        How often an alarm may be false when neither rows nor relation have changed.

    """
    greater = METRICS[found.metric].greater_is_better
    worse = baseline.value - found.value if greater else found.value - baseline.value
    reach = float(ndtri(0.5 + baseline.coverage / 2))
    before = (baseline.interval[1] - baseline.interval[0]) / 2 / reach
    error = math.hypot(found.error, before)
    p_value = float(ndtr(-worse / error)) if math.isfinite(error) and error > 0 else 1.0
    alarm = p_value <= alpha
    text = say(
        f"watch.estimated.{'worse' if alarm else 'calm'}",
        metric=found.metric,
        value=number(found.value, 3),
        low=number(found.interval[0], 3),
        high=number(found.interval[1], 3),
        rows=number(found.rows),
        before=number(baseline.value, 3),
        p=chance(p_value),
        caution=found.caution,
    )
    return Signal("estimated quality", found.metric, worse, p_value, alarm, text)
