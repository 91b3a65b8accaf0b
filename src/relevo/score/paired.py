"""Is the challenger better? Both on the same rows, row by row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from relevo.score.rows import Floats, block_codes, check_finite, check_lengths, weights_of
from relevo.score.spread import Spread, spread


@dataclass(frozen=True)
class PairedGain:
    """What the challenger gains per row.

    Attributes
    ----------
    gain
        Mean loss of the champion less that of the challenger; positive: the challenger is better.
    lower, upper
        One-sided bounds, each held with the confidence asked for; infinite with fewer than two
        rows or blocks.
    p_value
        Of a gain as large as this if the challenger were not better (one-sided).
    rows, blocks
        How many rows, and how many independent units (blocks, or rows) they are.
    design_effect
        How many times larger the variance is than if the rows were independent.

    """

    gain: float
    lower: float
    upper: float
    p_value: float
    rows: int
    blocks: int
    design_effect: float


def paired_gain(
    champion_loss: ArrayLike,
    challenger_loss: ArrayLike,
    blocks: ArrayLike | None = None,
    confidence: float = 0.95,
    weight: ArrayLike | None = None,
) -> PairedGain:
    """The mean difference of two losses on the same rows, with t bounds over blocks.

    The gain is a ratio of block totals (differences over rows), its error is robust to any
    dependence within blocks (CR1), its quantile is that of t with blocks - 1 degrees of freedom.

    Parameters
    ----------
    champion_loss, challenger_loss
        Loss of each row, `(n_rows,)`.
    blocks
        The block of each row, `(n_rows,)`: a day, a site. None: rows are independent.
    confidence
        Of each of the two one-sided bounds.
    weight
        Of each row, `(n_rows,)`.

    Raises
    ------
    DataMistake
        When lengths differ or a loss is missing.

    Examples
    --------
    >>> gain = paired_gain([3.0, 2, 4, 3], [1.0, 1, 2, 2], blocks=["mon", "mon", "tue", "tue"])
    >>> gain.gain, gain.blocks
    (1.5, 2)

    References
    ----------
    Cochran (1977), Sampling Techniques, chapter 6; Cameron and Miller (2015), A practitioner's
    guide to cluster-robust inference, Journal of Human Resources 50.

    """
    champion = np.asarray(champion_loss, dtype=np.float64)
    challenger = np.asarray(challenger_loss, dtype=np.float64)
    mass = weights_of(champion, None if weight is None else np.asarray(weight, np.float64))
    check_lengths(len(champion), challenger_loss=challenger, weight=mass)
    check_finite(champion_loss=champion, challenger_loss=challenger, weight=mass)
    difference = champion - challenger
    gain = float(np.average(difference, weights=mass))
    influence = mass * (difference - gain) / mass.sum()
    codes = None if blocks is None else block_codes(blocks, len(champion))
    error = spread(influence, blocks=codes)
    lower, upper, p_value = _bounds(gain, error, confidence)
    effect = _design_effect(influence, error)
    return PairedGain(gain, lower, upper, p_value, len(champion), error.units, effect)


def _bounds(gain: float, error: Spread, confidence: float) -> tuple[float, float, float]:
    from scipy.special import stdtr, stdtrit

    if np.isinf(error.error):
        return -np.inf, np.inf, 1.0
    if error.error == 0:
        return gain, gain, float(gain <= 0)
    reach = float(stdtrit(error.freedom, confidence)) * error.error
    p_value = float(stdtr(error.freedom, -gain / error.error))
    return gain - reach, gain + reach, p_value


def _design_effect(influence: Floats, error: Spread) -> float:
    independent = spread(influence).error
    if not 0 < independent < np.inf or np.isinf(error.error):
        return 1.0
    return float((error.error / independent) ** 2)
