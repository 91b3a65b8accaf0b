"""`EDetector`: has something changed, asked after every unit, with one bound for the whole run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np

from relevo.errors import OptionMistake
from relevo.score.rows import Floats, check_finite

# A change is expected to be of this size, in standard deviations of a unit; it matters little.
_SCALE = 0.5
# The start of a change has prior weight (_LEAD / ((j + _LEAD - 1) (j + _LEAD))), which sums to 1.
_LEAD = 30
_HARDEST = 0.9  # a unit may repeat so much of the one before
FEWEST_KNOWN = 10


def sequential_scores(values: Floats, known: int) -> Floats:
    """Normal scores of each value's rank among itself and those before, `(n_values - known,)`.

    When nothing changes, the ranks are independent and uniform whatever the distribution, heavy
    tails included (the conformal p-values of Vovk, Gammerman and Shafer 2005); what a unit repeats
    of the one before is taken off first, with the first autocorrelation of the units before it,
    outliers held in and its bias corrected (Kendall 1954).

    Parameters
    ----------
    values
        Shape `(n_values,)`, in the order of time.
    known
        How many of the first are there to compare with, 5 or more.

    """
    from scipy.special import ndtri

    ranks = [_rank(values[: at + 1]) for at in range(known, len(values))]
    scores: Floats = ndtri(np.array(ranks, dtype=np.float64))
    return scores


def change_evidence(
    scores: Floats, worse: Literal["up", "either"] = "up", scale: float = _SCALE
) -> float:
    """The log e-value that independent standard normal scores have moved, since some unit.

    For each possible start a mixture of likelihood ratios over the size of the change; over the
    starts a mixture with weights that sum to 1. Each is a martingale while nothing changes, so
    that Ville's inequality (1939) bounds the whole run. That is the e-detector of Shin, Ramdas and
    Rinaldo (2024), with weights that make it bound the chance of ever alarming falsely instead of
    the mean time until it does.

    Parameters
    ----------
    scores
        Shape `(n_units,)`.
    worse
        Whether only a rise counts, or either direction.
    scale
        The size of change that it is tuned for.

    References
    ----------
    Shin, Ramdas and Rinaldo (2024), E-detectors: a nonparametric framework for sequential change
    detection, New England Journal of Statistics in Data Science 2; Ramdas, Grünwald, Vovk and
    Shafer (2023), Game-theoretic statistics and safe anytime-valid inference.

    Examples
    --------
    >>> change_evidence(np.repeat([0.0, 2.0], [30, 8])) > math.log(20)
    True

    """
    from scipy.special import log_ndtr, logsumexp

    count = len(scores)
    if count == 0:
        return 0.0
    starts = np.arange(count)
    after = np.cumsum(scores[::-1])[::-1]
    spread = 1 + (count - starts) * scale**2
    logs = -0.5 * np.log(spread) + (after * scale) ** 2 / (2 * spread)
    if worse == "up":
        logs = logs + math.log(2) + log_ndtr(after * scale / np.sqrt(spread))
    weights = _LEAD / ((starts + _LEAD) * (starts + _LEAD + 1))
    not_yet = _LEAD / (count + _LEAD)  # the weight of all starts that are still to come
    terms = np.append(np.log(weights) + logs, math.log(not_yet))
    return float(logsumexp(terms))


def likely_start(values: Floats, known: int, worse: Literal["up", "either"] = "up") -> int:
    """From which value on they are most clearly higher (or otherwise) than those before.

    The split with the largest difference of mean ranks, in standard errors (Pettitt 1979, Applied
    Statistics 28).

    Parameters
    ----------
    values
        Shape `(n_values,)`, in the order of time.
    known
        The first values, at least one, that are before any change.
    worse
        Whether only a rise counts, or either direction.

    """
    from scipy.stats import rankdata

    ranks = rankdata(values)
    count, splits = len(values), np.arange(known, len(values))
    before = np.cumsum(ranks)[splits - 1] / splits
    after = (ranks.sum() - before * splits) / (count - splits)
    apart = (after - before) * np.sqrt(splits * (count - splits))
    return int(splits[np.argmax(apart if worse == "up" else np.abs(apart))])


class EDetector:
    """Takes in one value per unit (a day's mean) and says whether it has risen for good.

    Parameters
    ----------
    known
        Values of units before, to compare with. They, and the units taken in, are the only scale.
    alpha
        Bound on the chance of ever alarming while nothing changes. It holds exactly for
        exchangeable units; for units that follow each other as a first-order autoregression it
        held in simulations up to an autocorrelation of .7 (see the tests and
        `benchmarks/watch_loss.py`).
    worse
        Whether only a rise counts, or either direction.

    Raises
    ------
    DataMistake
        When a value is missing or infinite, here or later; nothing is taken in.
    OptionMistake
        When `alpha` is not between 0 and 1.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> detector = EDetector(rng.normal(0.5, 0.1, 60))
    >>> calm = detector.update(rng.normal(0.5, 0.1, 100))
    >>> risen = detector.update(rng.normal(0.6, 0.1, 30))
    >>> detector.alarmed_at is not None, abs(detector.start - 100) < 5
    (True, True)

    """

    def __init__(
        self,
        known: Sequence[float] | Floats = (),
        alpha: float = 0.05,
        worse: Literal["up", "either"] = "up",
    ) -> None:
        if not 0 < alpha < 1:
            raise OptionMistake("watch.bad_alpha", alpha=alpha)
        check_finite(known=np.asarray(known, dtype=np.float64))
        self.alpha = alpha
        self.worse = worse
        self.values = [float(value) for value in known]
        self.known = len(self.values)
        self.scores: list[float] = []
        self.alarmed_at: int | None = None
        self.log_e = 0.0
        self.highest = 0.0

    def update(self, values: Sequence[float] | Floats) -> float:
        """Take in the next units' values, one after the other; the log e-value after the last."""
        check_finite(values=np.asarray(values, dtype=np.float64))
        for value in values:
            self.values.append(float(value))
            if len(self.values) <= max(self.known, FEWEST_KNOWN):
                self.known = len(self.values)
                continue
            self.scores += sequential_scores(np.array(self.values), len(self.values) - 1).tolist()
            self.log_e = change_evidence(np.array(self.scores), self.worse)
            self.highest = max(self.highest, self.log_e)
            if self.alarmed_at is None and self.highest >= -math.log(self.alpha):
                self.alarmed_at = len(self.scores) - 1
        return self.log_e

    @property
    def start(self) -> int | None:
        """The judged unit from which a change has most likely lasted; None before the first."""
        if not self.scores:
            return None
        first = len(self.values) - len(self.scores)
        return likely_start(np.array(self.values), first, self.worse) - first


def _rank(values: Floats) -> float:
    """Where the last value, less what it repeats, stands among all of them, between 0 and 1."""
    repeats = _autocorrelation(values[:-1])
    fresh = values[1:] - repeats * values[:-1]
    below = np.count_nonzero(fresh < fresh[-1]) + 0.5 * np.count_nonzero(fresh == fresh[-1])
    return float(below / len(fresh))


def _autocorrelation(values: Floats) -> float:
    middle = np.median(values)
    reach = 3 * 1.4826 * np.median(np.abs(values - middle))
    held = np.clip(values, middle - reach, middle + reach)
    around, count = held - held.mean(), len(held)
    square = float(around @ around)
    if square == 0 or count < 5:
        return 0.0
    raw = float(around[1:] @ around[:-1]) / square
    return min(max((count * raw + 1) / (count - 3), 0.0), _HARDEST)
