"""Whether a probability of 70 % comes true in 70 of 100 rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relevo.score.rows import Codes, Floats, sums, weights_of
from relevo.score.wilson import wilson

BINS = 15


@dataclass(frozen=True)
class Reliability:
    """A reliability curve; every field has shape `(n_bins,)`, from low probabilities to high.

    Attributes
    ----------
    predicted, observed
        Mean predicted probability of a bin's rows, and the share that came true.
    low, high
        Wilson's interval of the share that came true.
    rows
        How many rows the bin holds.

    """

    predicted: Floats
    observed: Floats
    low: Floats
    high: Floats
    rows: Codes


def reliability(
    target: Floats,
    probabilities: Floats,
    weight: Floats | None = None,
    bins: int = BINS,
    coverage: float = 0.95,
) -> Reliability:
    """The reliability curve over bins of equal weight.

    Of the positive class if binary, else of the most probable class. Equal probabilities share a
    bin, so there may be fewer bins than asked for.

    Parameters
    ----------
    target
        Position of each row's class, `(n_rows,)`.
    probabilities
        Shape `(n_rows, n_classes)`.

    Examples
    --------
    >>> chance = np.array([0.1, 0.1, 0.9, 0.9])
    >>> curve = reliability(np.array([0.0, 0, 1, 0]), np.column_stack([1 - chance, chance]))
    >>> curve.observed.tolist()
    [0.0, 0.5]

    """
    from scipy.special import ndtri

    mass = weights_of(target, weight)
    chance, came_true = chances(target, probabilities)
    bin_of = equal_bins(chance, mass, bins)
    total = sums(bin_of, mass)
    observed = np.clip(sums(bin_of, mass * came_true) / total, 0, 1)
    effective = total**2 / sums(bin_of, mass**2)
    low, high = wilson(observed, effective, float(ndtri(0.5 + coverage / 2)))
    predicted = sums(bin_of, mass * chance) / total
    return Reliability(predicted, observed, low, high, np.bincount(bin_of))


def calibration_error(target: Floats, probabilities: Floats, weight: Floats | None = None) -> float:
    """Expected calibration error: the bins' mean distance from predicted to observed.

    15 bins of equal weight (Guo et al. 2017, with the equal-mass bins of Nguyen and O'Connor
    2015). It is never zero on few rows, even for perfect probabilities: see its interval.
    """
    mass = weights_of(target, weight)
    chance, came_true = chances(target, probabilities)
    gaps = sums(equal_bins(chance, mass), mass * (chance - came_true))
    return float(np.abs(gaps).sum() / mass.sum())


def calibration_interval(
    target: Floats,
    probabilities: Floats,
    weight: Floats,
    blocks: Codes | None,
    quantile: float,
    coverage: float,
    seed: int,
) -> tuple[float, float]:
    """An interval for the calibration error that knows that chance alone makes gaps.

    The error's noise is at most the sum of the bins' absolute noises (triangle inequality), whose
    quantile is simulated from the gaps' (block-robust) covariance: the low end. The error is
    never too low on average, so the high end is the value and a linearised margin.
    """
    chance, came_true = chances(target, probabilities)
    noise = weight * (chance - came_true) / weight.sum()
    bin_of = equal_bins(chance, weight)
    covariance = _gap_covariance(noise, bin_of, blocks)
    gaps = sums(bin_of, noise)
    error = float(np.abs(gaps).sum())
    drawn = np.random.default_rng(seed).multivariate_normal(
        np.zeros(len(gaps)), covariance, 2000, check_valid="ignore"
    )
    reach = float(np.quantile(np.abs(drawn).sum(axis=1), 0.5 + coverage / 2))
    margin = quantile * float(np.sqrt(np.sign(gaps) @ covariance @ np.sign(gaps)))
    return max(0.0, error - reach), min(1.0, error + margin)


def chances(target: Floats, probabilities: Floats) -> tuple[Floats, Floats]:
    """Each row's predicted probability of the class in question, and one where it came true."""
    if probabilities.shape[1] == 2:
        return probabilities[:, 1], (target == 1).astype(np.float64)
    guess = probabilities.argmax(axis=1)
    return probabilities[np.arange(len(guess)), guess], (guess == target).astype(np.float64)


def equal_bins(chance: Floats, weight: Floats, bins: int = BINS) -> Codes:
    """The bin of each row, `(n_rows,)`, from zero without gaps; bins hold about equal weight.

    A distinct probability goes where the middle of its weight falls, so the bins do not depend on
    the order of the rows, and a row of weight two counts as two rows.
    """
    distinct, place = np.unique(chance, return_inverse=True)
    mass = sums(place, weight, len(distinct))
    middle = (np.cumsum(mass) - mass / 2) / weight.sum()
    bin_of = np.minimum((middle * bins).astype(np.intp), bins - 1)
    return np.unique(bin_of, return_inverse=True)[1][place]


def _gap_covariance(noise: Floats, bin_of: Codes, blocks: Codes | None) -> Floats:
    if blocks is None:
        return np.diag(sums(bin_of, noise**2))
    bins, count = int(bin_of.max()) + 1, int(blocks.max()) + 1
    totals = sums(blocks * bins + bin_of, noise, bins * count).reshape(count, bins)
    covariance: Floats = totals.T @ totals * count / max(count - 1, 1)
    return covariance
