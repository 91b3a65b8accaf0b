"""`Duel`: a challenger against the champion on the same rows, looked at as often as one likes."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from relevo.errors import DataMistake, OptionMistake
from relevo.score.rows import Floats, block_ids, check_finite, sums

# Beyond this, "more units are needed" is no plan: a day each, it is more than a century.
_FARTHEST = 40_000


@dataclass(frozen=True)
class Verdict:
    """What a duel says so far.

    Attributes
    ----------
    decision
        `"promote"`: the challenger is better; `"keep"`: it is not; or `"undecided"`.
    gain
        Mean over units of (champion's loss - challenger's loss); positive: the challenger is
        better. NaN before the first row.
    interval
        Lower and upper bound of the gain; each holds at all times at once with probability
        1 - alpha. Infinite while there are too few units.
    rows, units
        What it stands on.
    more_needed
        Further units until a decision, at the present gain and spread; None when it is decided,
        or when no foreseeable number would do.

    """

    decision: Literal["undecided", "promote", "keep"]
    gain: float
    interval: tuple[float, float]
    rows: int
    units: int
    more_needed: int | None


class Duel:
    """Lets a challenger take over only when it is better, however often one looks.

    Rows of one day or site depend on each other, so units (days, sites) are compared, not rows:
    every unit counts once, with the mean of its rows. The chance of *ever* promoting a challenger
    whose gain is not above `min_gain`, over all looks together, is at most `alpha`, when unit
    means are about normal; with few units and rare, very large losses it can be higher.

    Parameters
    ----------
    alpha
        Bound on the chance that one that is not better is let through.
    min_gain
        What the gain must exceed.
    looks
        None: look after every update, for as long as you like (a confidence sequence). A number:
        that many updates are planned; the test is sharper, and the champion is kept when it is
        undecided after the last.
    min_units
        No decision before this many units, 5 or more: both tests lean on the central limit theorem.
    tuned_for
        The number of units at which the confidence sequence is narrowest.

    Notes
    -----
    The boundary is the Gaussian mixture of Robbins, one-sided, with the spread estimated from the
    units seen: the asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and
    Ramdas (2024), Time-uniform central limit theory and asymptotic confidence sequences, Annals of
    Statistics 52. With few units we use its form for an unknown variance, which has the same limit
    (Wang and Ramdas 2025, Anytime-valid t-tests, Sequential Analysis 44, after Lai 1976). Units
    that follow each other are often alike: n units with first autocorrelation r > 0 count as
    n (1 - r) / (1 + r), r corrected for its bias (Kendall 1954, Biometrika 41).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> duel = Duel()
    >>> for day in range(20):
    ...     champion = rng.normal(1.0, 0.3, 100)
    ...     verdict = duel.update(champion, champion - rng.normal(0.2, 0.3, 100), unit=day)
    >>> verdict.decision, verdict.units
    ('promote', 20)

    """

    def __init__(
        self,
        alpha: float = 0.05,
        min_gain: float = 0.0,
        looks: int | None = None,
        min_units: int = 10,
        tuned_for: int = 30,
    ) -> None:
        for name, value, right in (
            ("alpha", alpha, 0 < alpha < 0.5),
            ("min_gain", min_gain, math.isfinite(min_gain)),
            ("looks", looks, looks is None or looks >= 1),
            ("min_units", min_units, min_units >= 5),
            ("tuned_for", tuned_for, tuned_for >= 1),
        ):
            if not right:
                raise OptionMistake(f"duel.bad_{name}", value=value)
        self.alpha = alpha
        self.min_gain = min_gain
        self.looks = looks
        self.min_units = min_units
        self.tuned_for = tuned_for
        self._looked = 0
        self._units: dict[Hashable, tuple[float, int]] = {}

    def update(
        self,
        champion_loss: ArrayLike,
        challenger_loss: ArrayLike,
        unit: ArrayLike | None = None,
    ) -> Verdict:
        """Take in the losses of both on the same new rows.

        Parameters
        ----------
        champion_loss, challenger_loss
            Loss of each row, `(n_rows,)`.
        unit
            The block that each row belongs to, `(n_rows,)`, or one for all rows: a day, a site.
            A unit that has come before takes these rows in. None: this batch is one unit.

        Raises
        ------
        DataMistake
            When shapes differ or a loss or a unit is missing; nothing is taken in.
        OptionMistake
            When the planned looks are used up.

        """
        if self.looks is not None and self._looked >= self.looks:
            raise OptionMistake("duel.looks_spent", looks=self.looks)
        champion = np.asarray(champion_loss, dtype=np.float64)
        challenger = np.asarray(challenger_loss, dtype=np.float64)
        if champion.ndim != 1 or champion.shape != challenger.shape:
            raise DataMistake("duel.shapes", champion=champion.shape, challenger=challenger.shape)
        check_finite(champion_loss=champion, challenger_loss=challenger)
        self._take_in(champion - challenger, unit)
        self._looked += 1
        return self._verdict()

    def _take_in(self, gain: Floats, unit: ArrayLike | None) -> None:
        each = np.zeros(len(gain), np.intp) if unit is None else np.asarray(unit)
        each = np.full(len(gain), each) if each.ndim == 0 else each
        ids, first, codes = np.unique(
            block_ids(each, len(gain)), return_index=True, return_inverse=True
        )
        names = ids.tolist() if unit is not None else [("update", self._looked)]
        total, rows = sums(codes, gain), np.bincount(codes)
        for place in np.argsort(first):
            had, held = self._units.get(names[place], (0.0, 0))
            self._units[names[place]] = (had + float(total[place]), held + int(rows[place]))

    def _verdict(self) -> Verdict:
        means = np.array([total / rows for total, rows in self._units.values()])
        units, rows = len(means), sum(rows for _, rows in self._units.values())
        gain = float(means.mean()) if units else math.nan
        if units < self.min_units:
            wanted = self.min_units - units
            return Verdict("undecided", gain, (-math.inf, math.inf), rows, units, wanted)
        spread = float(means.std(ddof=1))
        independent = _independent_share(means)
        reach = self._reach(units * independent) * spread if spread > 0 else 0.0
        interval = (gain - reach, gain + reach)
        decision = self._decide(*interval)
        more = self._more(gain, spread, independent, units) if decision == "undecided" else None
        return Verdict(decision, gain, interval, rows, units, more)

    def _decide(self, lower: float, upper: float) -> Literal["undecided", "promote", "keep"]:
        if lower > self.min_gain:
            return "promote"
        if upper <= self.min_gain or self._looked == self.looks:
            return "keep"
        return "undecided"

    def _reach(self, units: float) -> float:
        """Half the width of the interval after so many independent units of spread one."""
        if units <= 1:
            return math.inf
        if self.looks is not None:
            from scipy.special import stdtrit

            return float(stdtrit(units - 1, 1 - self.alpha / self.looks)) / math.sqrt(units)
        # Robbins' mixture: one-sided at alpha is two-sided at 2 alpha up to the added one.
        both = -2 * math.log(2 * self.alpha)
        mixture = 1 + units * (both + math.log(both + 1)) / self.tuned_for
        odds = (1 + math.sqrt(mixture) / (2 * self.alpha)) ** (2 / units)
        if odds >= mixture:
            return math.inf
        return math.sqrt((units - 1) * (odds - 1) / (1 - odds / mixture) / units)

    def _more(self, gain: float, spread: float, independent: float, units: int) -> int | None:
        def decided(further: int) -> bool:
            reach = self._reach((units + further) * independent) * spread
            return reach < abs(gain - self.min_gain)

        if not decided(_FARTHEST):
            return None
        low, high = 0, _FARTHEST
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if decided(middle) else (middle, high)
        return high


def _independent_share(means: Floats) -> float:
    """How many independent units one unit is worth, from the first autocorrelation."""
    around, count = means - means.mean(), len(means)
    square = float(around @ around)
    if square == 0:
        return 1.0
    raw = float(around[1:] @ around[:-1]) / square
    corrected = min(max((count * raw + 1) / (count - 3), 0.0), 0.9)
    return (1 - corrected) / (1 + corrected)
