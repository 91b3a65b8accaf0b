"""`CadenceTable`: the lines of a replay priced, with intervals over weeks."""

from __future__ import annotations

import numpy as np

from relevo.learn.learner import Floats
from relevo.problem.problem import Costs
from relevo.renew.backtest_result import CadenceRow, OverTime
from relevo.renew.cadence_lines import CadenceLine
from relevo.renew.weekly import mean_with_interval, sum_with_interval, weeks_of


class CadenceTable:
    """What each line lost and cost.

    Parameters
    ----------
    lines
        From one replay.
    counts
        Rows of each replayed day, `(n_days,)`.
    costs
        With `fine_tune` set.

    """

    def __init__(self, lines: list[CadenceLine], counts: Floats, costs: Costs) -> None:
        self.lines, self.counts, self.costs = lines, counts, costs
        self.weeks = weeks_of(len(counts))
        self._by_day = [self._cost_by_day(one) for one in lines]

    def cheapest(self, cadence: str) -> int:
        """The place of the line of a cadence that cost least."""
        mine = [place for place, one in enumerate(self.lines) if one.cadence == cadence]
        return min(mine, key=lambda place: float(self._by_day[place].sum()))

    def cheaper(self, cadence: str, than: int) -> int | None:
        """The place of a cadence's cheapest line, when it cost less than another line."""
        if not any(one.cadence == cadence for one in self.lines):
            return None
        place = self.cheapest(cadence)
        return place if self._by_day[place].sum() < self._by_day[than].sum() else None

    def rows(self, chosen: int) -> tuple[CadenceRow, ...]:
        """A row for each line, each compared with the chosen one."""
        return tuple(self._row(place, chosen) for place in range(len(self.lines)))

    def over_time(self) -> tuple[OverTime, ...]:
        """The loss of each line week by week."""
        return tuple(OverTime(one.cadence, one.how, self._weekly(one)) for one in self.lines)

    def _row(self, place: int, chosen: int) -> CadenceRow:
        line, cost = self.lines[place], self._by_day[place]
        loss, *loss_ends = mean_with_interval(line.losses, self.counts, self.weeks)
        extra, *extra_ends = sum_with_interval(cost - self._by_day[chosen], self.weeks)
        return CadenceRow(
            line.cadence,
            line.how,
            loss,
            (loss_ends[0], loss_ends[1]),
            line.scratch + line.tuned,
            line.scratch,
            line.scratch_seconds + line.tune_seconds,
            float(cost.sum()),
            extra,
            (extra_ends[0], extra_ends[1]),
        )

    def _cost_by_day(self, line: CadenceLine) -> Floats:
        """What the rows of each day cost, and the updates, spread evenly over the days."""
        tuned = (self.costs.fine_tune or 0.0) * line.tuned
        updates = self.costs.update * line.scratch + tuned
        return self.costs.loss * line.losses + updates / len(line.losses)

    def _weekly(self, line: CadenceLine) -> tuple[float, ...]:
        rows = np.bincount(self.weeks, self.counts)
        with np.errstate(invalid="ignore", divide="ignore"):
            return tuple(map(float, np.bincount(self.weeks, line.losses) / rows))
