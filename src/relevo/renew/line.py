"""`Line`: one champion's line through a replay, renewed by a rule."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relevo.learn.learner import Floats
from relevo.learn.replayed import Replayed
from relevo.problem.problem import Costs, Renew
from relevo.renew.decay import Decay
from relevo.renew.policy import decide
from relevo.renew.shadow import Shadow
from relevo.renew.situation import Situation
from relevo.score.rows import sums

# A refit on one week's rows keeps nine tenths of a leaf; on flights that kept the gain of weekly
# models from scratch, and as much a week serves other intervals.
_KEEP_PER_WEEK = 0.9
_START = datetime(2000, 1, 1)


@dataclass(frozen=True)
class Rule:
    """When a line is renewed, and how.

    Attributes
    ----------
    name
        `fixed`, `alarm` or `policy`.
    fine_tune_every, scratch_every
        Days between two, for `fixed`; 0 is never. For `alarm`, while the evidence lasts.
    alpha
        For `alarm`: the chance of ever acting when acting brings nothing.
    renew, costs
        For `policy`: the parts of the problem file.
    decays
        For `policy`: from which day on which curve of decay was known, in the order of days.

    """

    name: str
    fine_tune_every: int = 0
    scratch_every: int = 0
    alpha: float = 0.05
    renew: Renew | None = None
    costs: Costs | None = None
    decays: tuple[tuple[int, Decay], ...] = ()


@dataclass(frozen=True)
class Judged:
    """The rows by day, and models of them.

    Attributes
    ----------
    engine
        Makes models and judges rows.
    starts
        Position of each day's first row, and behind the last day's last, `(n_days + 1,)`.
    known
        How many rows have an outcome on the morning of each day, `(n_days,)`.

    """

    engine: Replayed
    starts: NDArray[np.intp]
    known: NDArray[np.intp]

    @property
    def days(self) -> int:
        """How many days there are."""
        return len(self.starts) - 1

    def losses(self, model: Any, first: int, stop: int) -> Floats:
        """The sum of a model's losses on each of the days from `first` up to `stop`."""
        rows = slice(int(self.starts[first]), int(self.starts[stop]))
        if rows.stop <= rows.start:
            return np.zeros(stop - first)
        place = np.repeat(np.arange(stop - first), np.diff(self.starts[first : stop + 1]))
        return sums(place, self.engine.losses(model, rows), stop - first)


class Line:
    """The model of each day under a rule, and the replica in its shadow when the rule asks for one.

    Attributes
    ----------
    scratched, tuned
        The days on which a model from scratch, or a fine-tuned one, took over.
    scratch_seconds, fine_tune_seconds
        Of processor time that making them took.

    """

    def __init__(self, rows: Judged, rule: Rule, day: int) -> None:
        self.rows, self.rule = rows, rule
        self.scratched: list[int] = []
        self.tuned: list[int] = []
        self.scratch_seconds = self.fine_tune_seconds = 0.0
        self._evidence = Shadow(rule.alpha)
        self._gaps: list[tuple[int, float]] = []
        self._open = False
        self._scratch(day)
        self._first = day

    def day(self, day: int) -> float:
        """Renew the model on the morning of a day if the rule says so; its loss on that day."""
        if day > self._first:
            self._fine_tune_shadow(day)
            {"fixed": self._fixed, "alarm": self._alarm, "policy": self._policy}[self.rule.name](
                day
            )
        loss = float(self.rows.losses(self._live, day, day + 1)[0])
        if self.rule.name != "fixed":
            self._compare(day, loss)
        return loss

    def _fixed(self, day: int) -> None:
        age, every = day - self._first, self.rule.scratch_every
        if every and age % every == 0:
            self._scratch(day)
            self.scratched.append(day)
        elif self.rule.fine_tune_every and age % self.rule.fine_tune_every == 0:
            self._adopt(day)

    def _alarm(self, day: int) -> None:
        """Quiet until a fresh replica is better beyond chance; then renewed until it is worse."""
        if not self._open and self._evidence.better:
            self._open = True
            self._evidence.restart()
            self._from_scratch(day)
        elif self._open and self._evidence.worse:
            self._open = False
            self._evidence.restart()
        elif self._open and day - self._made >= self.rule.scratch_every:
            self._from_scratch(day)
        elif self._open and day - self._renewed >= self.rule.fine_tune_every:
            self._adopt(day)

    def _policy(self, day: int) -> None:
        known = [curve for since, curve in self.rule.decays if since <= day]
        fresh = int(self.rows.known[day] - self.rows.known[self._renewed])
        per_day = float(self.rows.known[day]) / day
        found = decide(
            Situation(
                self.rule.renew or Renew(),
                self.rule.costs or Costs(),
                _START + timedelta(days=day),
                new_rows=fresh,
                age_days=float(day - self._renewed),
                rows_per_day=per_day,
                decay=known[-1] if known else None,
                scratch_age_days=float(day - self._made),
            )
        )
        if found.action in ("scratch", "both"):
            self._from_scratch(day)
        elif found.action == "fine-tune":
            self._adopt(day)

    def _compare(self, day: int, loss: float) -> None:
        """The gap of a day is seen when its outcomes are known."""
        rows = int(self.rows.starts[day + 1] - self.rows.starts[day])
        if rows and self._shadow is not self._anchor:
            old = self.rows.losses(self._anchor, day, day + 1)[0]
            new = self.rows.losses(self._shadow, day, day + 1)[0]
            self._gaps.append((day, float(old - new) / rows))
        while (
            self._gaps
            and self.rows.known[min(day + 1, self.rows.days - 1)]
            >= self.rows.starts[self._gaps[0][0] + 1]
        ):
            self._evidence.see(self._gaps.pop(0)[1])

    def _from_scratch(self, day: int) -> None:
        self._scratch(day)
        self.scratched.append(day)

    def _scratch(self, day: int) -> None:
        began = time.process_time()
        self._live = self.rows.engine.scratch(0, int(self.rows.known[day]))
        self.scratch_seconds += time.process_time() - began
        # The replica in the shadow is the line's newest model, refitted; the anchor stays as made.
        self._shadow = self._anchor = self._live
        self._made = self._renewed = self._shadowed = day

    def _adopt(self, day: int) -> None:
        if self._shadow is not self._live:
            self._live = self._shadow
            self.tuned.append(day)
        self._renewed = day

    def _fine_tune_shadow(self, day: int) -> None:
        """Refit the replica on the rows whose outcomes have become known since its last refit."""
        due = max(self.rule.fine_tune_every, 1)
        if self.rule.name == "fixed" and not self.rule.fine_tune_every:
            return
        if day - self._shadowed < due:
            return
        first, stop = int(self.rows.known[self._shadowed]), int(self.rows.known[day])
        if stop <= first:
            return
        began = time.process_time()
        keep = _KEEP_PER_WEEK ** ((day - self._shadowed) / 7.0)
        self._shadow = self.rows.engine.refitted(self._shadow, first, stop, keep)
        self.fine_tune_seconds += time.process_time() - began
        self._shadowed = day
