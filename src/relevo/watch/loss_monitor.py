"""`LossMonitor`: has the realised loss risen for good, looked at as often as one likes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from relevo.errors import DataMistake
from relevo.picture.number import number
from relevo.score.e_detector import EDetector
from relevo.score.rows import Floats, block_ids, check_finite
from relevo.watch.signals import chance
from relevo.words import say

Unit = str | int


@dataclass(frozen=True)
class Monitored:
    """What a monitor says so far.

    Attributes
    ----------
    alarm
        Whether it has ever alarmed; it stays so until a new monitor is begun.
    p_value
        Valid at all times at once: the chance that the whole run ever looks so bad by chance.
    since
        The unit from which the change has most likely lasted; None before there is any.
    size
        Mean of the units since then less the mean of those before; NaN while either is missing.
    mean
        Of the units since then.
    units, rows
        Finished units and their rows.
    late
        Rows that came for a unit that was judged already: they are counted, not taken in.
    text
        A sentence for people.

    """

    alarm: bool
    p_value: float
    since: Unit | None
    size: float
    mean: float
    units: int
    rows: int
    late: int
    text: str


class LossMonitor:
    """Watches a loss unit by unit (day by day), with one bound on false alarms for the whole run.

    Rows of one day share its weather and its strikes: what is judged is each day's mean, compared
    with the days before as `relevo.score.e_detector` says. A unit is judged once, when a later one
    begins; call `finish` when the last one is complete.

    Parameters
    ----------
    known
        The mean loss of each unit on rows that judged the model, in the order of time. With fewer
        than ten the monitor learns on the first units that come.
    alpha
        The chance that it ever alarms while nothing changes.
    worse
        `"up"` for a loss; `"either"` for what may err to both sides.
    what
        `"loss"`, or another name in the catalogue, for the sentence.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> monitor = LossMonitor(known=rng.normal(0.5, 0.05, 60))
    >>> for day in range(60):
    ...     level = 0.5 if day < 30 else 0.6
    ...     found = monitor.update(rng.normal(level, 0.05) + rng.normal(0, 0.5, 400), unit=day)
    >>> found.alarm, abs(found.since - 30) < 5
    (True, True)

    """

    def __init__(
        self,
        known: Sequence[float] | Floats = (),
        alpha: float = 0.05,
        worse: Literal["up", "either"] = "up",
        what: str = "loss",
    ) -> None:
        self.what = what
        self._detector = EDetector(known, alpha, worse)
        self._names: list[Unit] = []
        self._open: tuple[Unit, float, int] | None = None
        self._rows = 0
        self._late = 0

    def update(self, values: ArrayLike, unit: object = None) -> Monitored:
        """Take in the losses of new rows.

        Parameters
        ----------
        values
            Shape `(n_rows,)`.
        unit
            The unit that each row belongs to, `(n_rows,)`, or one for all rows: a whole number, a
            date, or text that sorts like time. None: this batch is a unit, numbered by itself.

        Raises
        ------
        DataMistake
            When a loss or a unit is missing, or units are of two kinds; nothing is taken in.

        """
        losses = np.asarray(values, dtype=np.float64).reshape(-1)
        check_finite(values=losses)
        for name, rows in self._by_unit(losses, unit):
            last = self._last()
            if self._open is not None and _later(name, last[0]):
                self.finish()
            elif last and (_later(last[0], name) or (self._open is None and name == last[0])):
                self._late += len(rows)
                continue
            _, total, count = self._open or (name, 0.0, 0)
            self._open = (name, total + float(rows.sum()), count + len(rows))
        return self.now()

    def finish(self) -> Monitored:
        """Judge the unit that is open: no more of its rows will be taken in."""
        if self._open is not None:
            name, total, count = self._open
            self._open = None
            self._names.append(name)
            self._rows += count
            self._detector.update([total / count])
        return self.now()

    def now(self) -> Monitored:
        """What the finished units say."""
        start, judged = self._detector.start, len(self._detector.scores)
        alarm = self._detector.alarmed_at is not None
        p_value = math.exp(-max(self._detector.highest, 0.0))
        since, size, mean = None, math.nan, math.nan
        if start is not None:
            since = self._names[len(self._names) - judged + start]
            values = np.array(self._detector.values)
            first = len(values) - judged + start
            mean = float(values[first:].mean())
            size = mean - float(values[:first].mean())
        text = say(
            f"monitor.{self.what}.{'alarm' if alarm else 'calm'}",
            since=since,
            mean=number(mean, 3),
            size=number(size, 3),
            units=number(len(self._names)),
            p=chance(p_value),
        )
        return Monitored(
            alarm, p_value, since, size, mean, len(self._names), self._rows, self._late, text
        )

    @property
    def state(self) -> dict[str, Any]:
        """All that it knows, as JSON can hold it; `LossMonitor.of` makes it again."""
        held = self._detector
        return {
            "what": self.what,
            "alpha": held.alpha,
            "worse": held.worse,
            "values": held.values,
            "known": held.known,
            "names": self._names,
            "open": self._open,
            "rows": self._rows,
            "late": self._late,
        }

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> LossMonitor:
        """The monitor that had this state; its evidence is worked out again from the values."""
        values = state["values"]
        first = len(values) - len(state["names"])
        made = cls(values[:first], state["alpha"], state["worse"], state["what"])
        made._detector.update(values[first:])
        made._names = list(state["names"])
        made._open = tuple(state["open"]) if state["open"] else None
        made._rows, made._late = state["rows"], state["late"]
        return made

    def _by_unit(self, losses: Floats, unit: object) -> list[tuple[Unit, Floats]]:
        if unit is None:
            last = self._open[0] if self._open else self._names[-1] if self._names else -1
            unit = last + 1 if isinstance(last, int) else last
        each = np.asarray(unit)
        each = np.full(len(losses), unit, object) if each.ndim == 0 else each
        ids = [_named(one) for one in block_ids(each, len(losses)).tolist()]
        kinds = {type(one) for one in ids} | {type(name) for name in self._last()}
        if len(kinds) > 1:
            raise DataMistake("monitor.mixed_units", kinds=", ".join(k.__name__ for k in kinds))
        order = sorted(set(ids), key=_place)
        places = np.array([order.index(one) for one in ids], dtype=np.intp)
        return [(name, losses[places == at]) for at, name in enumerate(order)]

    def _last(self) -> list[Unit]:
        return [self._open[0]] if self._open else self._names[-1:]


def _named(unit: object) -> Unit:
    """Whole numbers as they are, all else as text: ISO dates sort like time."""
    return unit if isinstance(unit, int) and not isinstance(unit, bool) else str(unit)


def _place(unit: Unit) -> tuple[int, str]:
    return (unit, "") if isinstance(unit, int) else (0, unit)


def _later(one: Unit, other: Unit) -> bool:
    return _place(one) > _place(other)
