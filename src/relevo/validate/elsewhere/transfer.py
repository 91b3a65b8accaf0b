"""`Transfer`: what becomes of a figure in another place or time, beside the random-split figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from relevo.picture.number import number
from relevo.words import say

Kind = Literal["site", "segment", "future"]


@dataclass(frozen=True)
class UnitFigure:
    """The figure in one place, or in one stretch of time, by a model that has not learnt from it.

    Attributes
    ----------
    name
        The place, or when the stretch begins.
    rows
        How many rows judged.
    value, interval
        The figure there, and the interval of that place's own sampling error.
    random_value
        On the same rows, by a model of the same recipe that learnt from rows of everywhere.

    """

    name: str
    rows: int
    value: float
    interval: tuple[float, float]
    random_value: float


@dataclass(frozen=True)
class Transfer:
    """One figure beside what a random split says of it.

    Attributes
    ----------
    kind, by
        `site`, `segment` or `future`, and the column that was split by.
    metric, greater_is_better
        Whose figures these are.
    value, interval
        What to expect in a new place, on average over places, or on later rows.
    prediction_interval
        Where the true figure of one new place lies; None where the places are no sample of more.
    random_value
        The figure in the same places on the same rows by models that knew the places.
    together, told
        Over rows of all places together, which is not what one place sees: of models that learnt
        elsewhere (None where that is not known), and the usual random-split figure.
    gap, gap_interval
        `value - random_value`, judged row by row.
    together_gap_interval
        Of `together - told`, by whole places; None with it.
    coverage
        Of all intervals.
    gap_warning, together_warning
        Whether each gap is beyond noise, see `relevo.validate.gap`: inside of places the model does
        worse; or it cannot tell rows of different places apart as well as it seems to.
    warning
        Whether either is.
    units
        Each place or stretch that could be judged on its own, the largest (the oldest) first.
    unjudged
        In words: what could not be judged, and why.
    rows
        How many rows judged.

    """

    kind: Kind
    by: str
    metric: str
    greater_is_better: bool
    value: float
    interval: tuple[float, float]
    prediction_interval: tuple[float, float] | None
    random_value: float
    together: float | None
    told: float
    gap: float
    gap_interval: tuple[float, float]
    together_gap_interval: tuple[float, float] | None
    coverage: float
    gap_warning: bool
    together_warning: bool
    warning: bool
    units: tuple[UnitFigure, ...]
    unjudged: tuple[str, ...] = ()
    rows: int = 0

    @property
    def text(self) -> str:
        """The statement, in the language in force."""
        return self.said()

    def said(self, lang: str | None = None) -> str:
        """One honest statement, in a language."""
        low, high = self.interval
        values = {
            "metric": say(f"elsewhere.metric.{self.metric}", lang),
            "value": figure(self.value),
            "low": figure(low),
            "high": figure(high),
            "random": figure(self.random_value),
            "by": self.by,
        }
        heard = "warning" if self.gap_warning else "silent"
        parts = [say(f"elsewhere.said.{self.kind}_{heard}", lang, **values)]
        if self.kind != "future" and self.units:
            parts.append(self._together(lang))
        if self.prediction_interval is not None and self.units:
            ends = self.prediction_interval
            parts.append(
                say(
                    f"elsewhere.said.{self.kind}_one",
                    lang,
                    by=self.by,
                    low=figure(ends[0]),
                    high=figure(ends[1]),
                    chance=f"{100 * self.coverage:.0f}",
                )
            )
        return " ".join(parts)

    def _together(self, lang: str | None) -> str:
        if self.together is None:
            return say("elsewhere.said.together_unknown", lang, told=figure(self.told))
        heard = "warning" if self.together_warning else "silent"
        both = {"together": figure(self.together), "told": figure(self.told), "by": self.by}
        return say(f"elsewhere.said.together_{heard}", lang, **both)


def figure(value: float) -> str:
    """A figure as a statement quotes it: three decimals below 10, fewer above.

    Examples
    --------
    >>> figure(0.5), figure(-26.0712)
    ('0.500', '−26.07')

    """
    if not 1e-3 <= abs(value) < 1e5 and value != 0.0:
        return number(value, 3)
    decimals = 3 if abs(value) < 10 else 2 if abs(value) < 100 else 1
    return f"{value:.{decimals}f}".replace("-", "−")
