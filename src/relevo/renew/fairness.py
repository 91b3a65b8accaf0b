"""`fairness_guard`: gaps between groups of people that a challenger must not widen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.model.model import Model
from relevo.renew.growth import growth_by_group
from relevo.train.target import target_of
from relevo.validate.groups.called import called_positive
from relevo.words import say

_FEWEST_ROWS = 100


@dataclass(frozen=True)
class Gap:
    """A rate in two groups: how much further apart they are under the challenger.

    Attributes
    ----------
    above, below
        The groups; the rate of `above` is the higher one under the challenger.
    before, after
        The gap under the champion and under the challenger.
    error
        The standard error of what it grew by.
    units
        Of the smaller group.

    """

    above: object
    below: object
    before: float
    after: float
    error: float
    units: int

    @property
    def growth(self) -> float:
        """How much the distance of the two rates grew, whichever was higher before."""
        return self.after - abs(self.before)


def fairness_guard(
    champion: Model, challenger: Model, judged: pl.DataFrame, units: NDArray[np.intp]
) -> Iterator[str]:
    """Gaps between groups of `roles.sensitive` that grow too much, in words.

    Of a classification in two classes: the rate of positive decisions, and the rate of errors.
    A gap counts between groups of 100 rows or more each; it breaks the guard when it grows by
    more than `renew.guard_fairness` and zero growth lies outside the paired interval that all
    gaps share (Bonferroni).
    """
    from scipy.special import stdtrit

    problem = champion.problem
    if not (problem.roles.sensitive and champion.binary and challenger.binary):
        return
    gaps = list(_gaps(champion, challenger, judged, units))
    alpha = problem.renew.alpha / max(1, len(gaps))
    for column, rate, gap in gaps:
        certain = gap.growth - stdtrit(max(gap.units - 1, 1), 1 - alpha) * gap.error > 0
        if certain and gap.growth > problem.renew.guard_fairness:
            yield say(
                f"renew.guard_{rate}",
                above=f"{column} = {gap.above}",
                below=f"{column} = {gap.below}",
                before=f"{abs(gap.before):.1%}",
                after=f"{gap.after:.1%}",
            )


def _gaps(
    champion: Model, challenger: Model, judged: pl.DataFrame, units: NDArray[np.intp]
) -> Iterator[tuple[str, str, Gap]]:
    true = target_of(judged, champion.problem, champion.classes).values == 1
    before, after = (called_positive(of, judged)[0] for of in (champion, challenger))
    rates = {"selection": (before, after), "errors": (before != true, after != true)}
    for column in champion.problem.roles.sensitive:
        for rate, (old, new) in rates.items():
            found = growth_by_group(
                judged[column], old.astype(np.float64), new.astype(np.float64), units
            ).filter(pl.col("rows") >= _FEWEST_ROWS, pl.col("units") >= 2)
            for gap in _pairs(found):
                yield column, rate, gap


def _pairs(found: pl.DataFrame) -> Iterator[Gap]:
    """Each two groups once, the one with the higher rate under the challenger first."""
    for high, low in permutations(found.iter_rows(named=True), 2):
        before = high["before"] - low["before"]
        after = before + high["growth"] - low["growth"]
        if after > 0:
            error = float(np.hypot(high["error"], low["error"]))
            units = min(high["units"], low["units"])
            yield Gap(high["group"], low["group"], before, after, error, units)
