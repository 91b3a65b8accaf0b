"""`Duel`: a challenger against the champion on the same rows, looked at as often as one likes."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from relevo.errors import DataMistake, OptionMistake
from relevo.renew.futility import chance_left
from relevo.score.confidence_sequence import ConfidenceSequence
from relevo.score.long_run import Moments, moments
from relevo.score.rows import Floats, block_ids, check_finite, sums

# How many more units may be needed, to some 9 %. Beyond the last it is no plan: a day each, it is
# more than a century.
_FURTHER = np.unique(np.round(np.geomspace(1, 40_000, 120)))
_FEWEST_UNITS = 5
# Below this chance of ever being promoted a challenger is given up.
_HOPELESS = 0.03
# Power of four fifths lies this many standard errors beyond the bound.
_FOUR_FIFTHS = 0.8416


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
    independent_units
        How many independent units say as much as these, which may depend on their neighbours.
    smallest_gain
        The true gain that would be seen by now four times out of five; infinite before the
        first look.
    risk_left
        The chance that one that is no better would yet be promoted, from here on; at most alpha.
        What the duel gives back when it ends here (`relevo.renew.next_alpha`): all of alpha when
        the challenger is a copy, nothing after a promotion.
    hopeless
        Whether it is kept out not because the bound shows that it is no better, but because it
        can hardly be promoted in the time that it has (`relevo.renew.futility.chance_left`).

    """

    decision: Literal["undecided", "promote", "keep"]
    gain: float
    interval: tuple[float, float]
    rows: int
    units: int
    more_needed: int | None
    independent_units: float = 0.0
    smallest_gain: float = math.inf
    risk_left: float = 0.0
    hopeless: bool = False


class Duel:
    """Lets a challenger take over only when it is better, however often one looks.

    Rows of one day or site depend on each other, so units (days, sites) are compared, not rows:
    every unit counts once, with the mean of its rows. Units may depend on their neighbours too,
    as days of one week do; how much is estimated from them. The chance of *ever* promoting a
    challenger whose gain is not above `min_gain`, over all looks together, is then about `alpha`
    or less. It can be more with few units, when a challenger is a little better on nearly all of
    them and much worse on rare ones that have not come yet, or when the dependence outlasts a few
    weeks of units: no rule that looks at the losses alone can know that.

    Giving up needs no bound. Where the time is limited (`units_left`), from some third of
    `min_units` on, a challenger goes that could not be promoted by then with a chance of 3 % even
    if its gain were two standard errors above what was seen.

    Parameters
    ----------
    alpha
        Bound on the chance that one that is not better is let through.
    min_gain
        What the gain must exceed.
    min_units
        The number of units from which on it decides, 5 or more; four weeks of days by default,
        12 do for units that do not depend on each other. Before this number, from
        some third of it on, only strong evidence decides, at a tenth of alpha.

    See Also
    --------
    relevo.score.confidence_sequence.ConfidenceSequence : the bounds, with their papers.
    relevo.score.long_run.variance_ratio : how many independent units the units are worth.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> duel = Duel()
    >>> for day in range(30):
    ...     champion = rng.normal(1.0, 0.3, 100)
    ...     verdict = duel.update(champion, champion - rng.normal(0.05, 0.3, 100), unit=day)
    >>> verdict.decision, verdict.units
    ('promote', 30)

    """

    def __init__(self, alpha: float = 0.05, min_gain: float = 0.0, min_units: int = 28) -> None:
        for name, value, right in (
            ("alpha", alpha, 0 < alpha < 0.5),
            ("min_gain", min_gain, math.isfinite(min_gain)),
            ("min_units", min_units, min_units >= _FEWEST_UNITS),
        ):
            if not right:
                raise OptionMistake(f"duel.bad_{name}", value=value)
        self.alpha = alpha
        self.min_gain = min_gain
        self.min_units = min_units
        self._sequence = ConfidenceSequence(alpha, min_units)
        self._updates = 0
        self._units: dict[Hashable, tuple[float, int]] = {}

    def update(
        self,
        champion_loss: ArrayLike,
        challenger_loss: ArrayLike,
        unit: ArrayLike | None = None,
        units_left: int | None = None,
    ) -> Verdict:
        """Take in the losses of both on the same new rows.

        Parameters
        ----------
        champion_loss, challenger_loss
            Loss of each row, `(n_rows,)`.
        unit
            The block that each row belongs to, `(n_rows,)`, or one for all rows: a day, a site.
            A unit that has come before takes these rows in. Numbers and dates are put in order,
            whenever they come; others are taken as they come. None: this batch is one unit.
        units_left
            How many more may come before it has to end; None: as many as one likes, and only the
            bound ends it.

        Raises
        ------
        DataMistake
            When shapes differ or a loss or a unit is missing; nothing is taken in.

        """
        champion = np.asarray(champion_loss, dtype=np.float64)
        challenger = np.asarray(challenger_loss, dtype=np.float64)
        if champion.ndim != 1 or champion.shape != challenger.shape:
            raise DataMistake("duel.shapes", champion=champion.shape, challenger=challenger.shape)
        check_finite(champion_loss=champion, challenger_loss=challenger)
        self._take_in(champion - challenger, unit)
        self._updates += 1
        return self._verdict(units_left)

    def _take_in(self, gain: Floats, unit: ArrayLike | None) -> None:
        each = np.zeros(len(gain), np.intp) if unit is None else np.asarray(unit)
        each = np.full(len(gain), each) if each.ndim == 0 else each
        ids, first, codes = np.unique(
            block_ids(each, len(gain)), return_index=True, return_inverse=True
        )
        names = ids.tolist() if unit is not None else [("update", self._updates)]
        total, rows = sums(codes, gain), np.bincount(codes)
        for place in np.argsort(first):
            had, held = self._units.get(names[place], (0.0, 0))
            self._units[names[place]] = (had + float(total[place]), held + int(rows[place]))

    def _verdict(self, units_left: int | None) -> Verdict:
        means = self._means()
        units, rows = len(means), sum(rows for _, rows in self._units.values())
        gain = float(means.mean()) if units else math.nan
        if units < _FEWEST_UNITS:
            wanted = self.min_units - units
            unseen = (-math.inf, math.inf)
            return Verdict(
                "undecided", gain, unseen, rows, units, wanted, units, math.inf, self.alpha
            )
        seen = moments(means)
        lower, upper = map(float, self._sequence.bounds(seen))
        decision = self._decide(lower, upper)
        hopeless = decision == "undecided" and self._hopeless(seen, units_left)
        decision = "keep" if hopeless else decision
        return Verdict(
            decision,
            gain,
            (lower, upper),
            rows,
            units,
            self._more(seen) if decision == "undecided" else None,
            seen.independent,
            gain - lower + _FOUR_FIFTHS * float(seen.error),
            0.0 if decision == "promote" else self._sequence.risk_left(seen, self.min_gain),
            hopeless,
        )

    def _means(self) -> Floats:
        names: list[Any] = list(self._units)
        if _ordered(names):
            names.sort()
        return np.array([self._units[name][0] / self._units[name][1] for name in names])

    def _hopeless(self, seen: Moments, units_left: int | None) -> bool:
        if units_left is None or seen.units < self._sequence.earliest or not seen.spread > 0:
            return False
        return bool(chance_left(self._sequence, seen, self.min_gain, units_left) < _HOPELESS)

    def _decide(self, lower: float, upper: float) -> Literal["undecided", "promote", "keep"]:
        if lower > self.min_gain:
            return "promote"
        return "keep" if upper <= self.min_gain else "undecided"

    def _more(self, seen: Moments) -> int | None:
        units = seen.units + _FURTHER
        independent = seen.independent * units / seen.units
        lower, upper = self._sequence.bounds(replace(seen, units=units, independent=independent))
        decided = (lower > self.min_gain) | (upper <= self.min_gain)
        return int(_FURTHER[np.argmax(decided)]) if decided.any() else None


def _ordered(names: list[Any]) -> bool:
    """Whether units are numbers or dates, which have an order of their own."""
    return all(isinstance(name, int | float) for name in names) or all(
        isinstance(name, date) for name in names
    )
