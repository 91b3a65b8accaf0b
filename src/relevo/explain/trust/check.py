"""`Check`: one question about explanations, with its answer as a number and as a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, nan
from typing import Literal

Verdict = Literal["holds", "doubtful", "fails", "unknown"]


@dataclass(frozen=True)
class Bounds:
    """From where on a check holds, and beyond what it fails.

    Attributes
    ----------
    good, bad
        It holds when the whole interval is on the good side of `good`, and fails when the whole
        interval is on the other side of `bad`. `good` above `bad` says that more is better.

    """

    good: float
    bad: float

    def verdict(self, low: float, high: float) -> Verdict:
        """The verdict on an interval.

        Examples
        --------
        >>> Bounds(0.5, 0.2).verdict(0.6, 0.8), Bounds(0.5, 0.2).verdict(-0.1, 0.1)
        ('holds', 'fails')

        """
        if self.good < self.bad:  # less is better
            return Bounds(-self.good, -self.bad).verdict(-high, -low)
        if low >= self.good:
            return "holds"
        return "fails" if high < self.bad else "doubtful"


@dataclass(frozen=True)
class Check:
    """One check of explanations.

    Attributes
    ----------
    name
        Which; `trust.<name>` in the catalogue says what it asks.
    value, interval
        The figure and its interval, 95 %; NaN when it could not be had.
    verdict
        `"holds"`, `"doubtful"` (between, or too few rows to tell), `"fails"`, or `"unknown"`.

    """

    name: str
    value: float
    interval: tuple[float, float]
    verdict: Verdict


BOUNDS = {
    # Of what the reference's order gains over chance: half of it is far from none and from all.
    "deletion": Bounds(0.5, 0.5),
    "insertion": Bounds(0.5, 0.5),
    "important": Bounds(0.5, 0.5),
    "unimportant": Bounds(0.5, 0.5),
    # Correlations, and overlaps beyond chance: 0 without any relation. Methods that are exact
    # differ too where columns are correlated or work together (Krishna et al. 2022), and so do
    # models that are equally good, most of all in the order of columns that hardly matter.
    "ranks": Bounds(0.3, 0.15),
    "strongest": Bounds(0.3, 0.15),
    "refit": Bounds(0.5, 0.2),
    "refit_strongest": Bounds(0.2, 0.05),
    "kept": Bounds(0.8, 0.6),
    # A change of 1 % of a number's spread may change an explanation by up to 30 %; noise changes
    # it by 100 % and more.
    "stirred": Bounds(30.0, 60.0),
    "adds_up": Bounds(1e-6, 1e-2),
    # Both are judged by the lower end of their interval.
    "shuffled": Bounds(0.1, 0.3),
    "skill": Bounds(0.02, 0.1),
}
"""What each check is judged by."""


def unknown(name: str) -> Check:
    """A check that could not be made on these rows."""
    return Check(name, nan, (nan, nan), "unknown")


def checked(name: str, value: float, interval: tuple[float, float]) -> Check:
    """A check judged by its bounds."""
    if not all(map(isfinite, interval)):
        return Check(name, value, interval, "unknown")
    return Check(name, value, interval, BOUNDS[name].verdict(*interval))
