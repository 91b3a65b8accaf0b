"""`backtest_cadence`: replay the history under each cadence, and say which to choose."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np

from relevo.compute.budget import Budget
from relevo.compute.processes import Processes
from relevo.compute.runner import Runner
from relevo.errors import OptionMistake, nearest
from relevo.learn.learner import Floats
from relevo.learn.replayed import Recipe
from relevo.problem.problem import Costs, Problem
from relevo.renew.backtest_result import Backtest, CadenceRow, CostOf, OverTime
from relevo.renew.decay import Decay
from relevo.renew.decay_fit import fit_decay
from relevo.renew.durations import PERIOD_DAYS
from relevo.renew.line import Rule
from relevo.renew.recommend import Recommendation, recommend
from relevo.renew.replay import Progress, Replay
from relevo.renew.timeline import Timeline
from relevo.renew.weekly import mean_with_interval, sum_with_interval, weeks_of
from relevo.words import say

CADENCES = ("never", *reversed(PERIOD_DAYS), "alarm", "policy")
_DEFAULT = ("never", "monthly", "weekly", "daily")
_SCRATCH_DAYS = 30  # how often a fine-tuned line that is told "both" starts anew
_LEARN_EVERY_DAYS = 7  # how often the policy of a replay learns its curve of decay anew
_COSTS_SHOWN = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
_LINES_SHARE = 0.1  # of the progress


def backtest_cadence(
    table: Any,
    problem: Problem,
    cadences: Sequence[str] = _DEFAULT,
    cost_per_update: float = 0.0,
    *,
    how: Sequence[str] = ("scratch", "fine-tune"),
    warm_up_days: int | None = None,
    recipe: Recipe | None = None,
    budget: str | float | Budget = "10m",
    cache: Path | None = None,
    runner: Runner | None = None,
    progress: Progress | None = None,
    seed: int = 0,
) -> Backtest:
    """Replay the history under each cadence; each model learns only what was known by its morning.

    Every cadence takes its models from scratch from one grid of days, made once; rows are prepared
    and binned once. How models are made is found on the warm-up and stays. The recommendation
    comes from the curve of decay (see `recommend`), not from the smallest total of the replay.

    Parameters
    ----------
    table
        Labelled rows, see `Table.of`.
    problem
        Names the target and the column of times; its `costs` and `renew.label_delay` count.
    cadences
        Some of `never`, `yearly`, `quarterly`, `monthly`, `fortnightly`, `weekly`, `daily`,
        `alarm` and `policy`.
    cost_per_update
        Of one from scratch, in the unit of `costs.loss`. A fine-tuning costs `costs.fine_tune`,
        or its share of the time.
    how
        `scratch`, `fine-tune`, or both ways.
    warm_up_days
        Days before the first that is replayed; a sixth of all by default.
    recipe
        How models are made; found on the warm-up by default.
    budget
        Wall time; coarser cadences come first, and finer ones are left out when it is spent.
    cache
        A folder in which what is finished is kept, so that the next call goes on from there.
    runner
        Where models are made; processes on all cores by default.
    progress
        Called with the work done and all work.
    seed
        Of everything random.

    Raises
    ------
    ProblemMistake
        When the problem names no column of times.
    DataMistake
        When there are too few days.
    OptionMistake
        When a cadence or a way is unknown, or the budget is spent before two cadences are done.

    """
    began = time.monotonic()
    _check(cadences, how, cost_per_update)
    limit = budget if isinstance(budget, Budget) else Budget.parse(budget)
    timeline = Timeline.of(table, problem, warm_up_days)
    warm_up = timeline.rows.take(slice(0, int(timeline.known[timeline.first])))
    chosen = recipe or Recipe.found_on(warm_up, seed)
    replay = Replay(timeline, chosen, runner or Processes(), limit, cache)
    asked = _Asked(problem, tuple(dict.fromkeys(cadences)), tuple(how), cost_per_update, seed)
    return replace(_Backtest(replay, asked).run(progress), seconds=time.monotonic() - began)


@dataclass(frozen=True)
class _Asked:
    problem: Problem
    cadences: tuple[str, ...]
    how: tuple[str, ...]
    update: float
    seed: int


@dataclass(frozen=True)
class _Found:
    """One row of the table, before costs: its losses by day, and its updates."""

    cadence: str
    how: str
    losses: Floats
    scratch: int
    tuned: int
    scratch_seconds: float
    tune_seconds: float


class _Backtest:
    def __init__(self, replay: Replay, asked: _Asked) -> None:
        self.replay, self.asked = replay, asked
        self.line = replay.timeline
        self.fixed = {
            name: int(PERIOD_DAYS.get(name, 0))
            for name in asked.cadences
            if name not in ("alarm", "policy")
        }
        self.counts = self.line.counts[self.line.first :]
        self.weeks = weeks_of(len(self.counts))

    def run(self, progress: Progress | None) -> Backtest:
        replay, line = self.replay, self.line
        replay.progress = _part(progress, 0.0, 1.0 - _LINES_SHARE)
        intervals = sorted({0, *self.fixed.values()})
        rules = self._rules()
        replay.run(intervals, [*rules.values()])
        done = {name: days for name, days in self.fixed.items() if replay.has(days)}
        if len(done) < min(2, len(self.fixed)) or not replay.has(0):
            raise OptionMistake("renew.backtest_no_time_left", seconds=f"{replay.budget.seconds:g}")
        replay.progress = _part(progress, 1.0 - _LINES_SHARE, 1.0)
        found = [*self._scratch_rows(done), *self._line_rows(rules)]
        own = self._own_rules(_share_of_time(found))
        replay.run((), [*own.values()])
        found += self._line_rows(own)
        decay = self._decay(line.days)
        advice = self._advice(decay, found, self.asked.update)
        rows = self._rows(found, advice)
        return self._result(rows, found, decay, advice)

    def _rules(self) -> dict[tuple[str, str], Rule]:
        """The lines that are fine-tuned at a fixed cadence."""
        if "fine-tune" not in self.asked.how:
            return {}
        rules = {}
        for name, days in self.fixed.items():
            if 0 < days < self.line.days - self.line.first:
                rules[name, "fine-tune"] = Rule("fixed", days, 0)
            if 0 < days < _SCRATCH_DAYS and "scratch" in self.asked.how:
                rules[name, "both"] = Rule("fixed", days, _SCRATCH_DAYS)
        return rules

    def _own_rules(self, share: float) -> dict[tuple[str, str], Rule]:
        """The lines that decide by themselves; the policy learns from the grid that is done."""
        problem, rules = self.asked.problem, {}
        if "alarm" in self.asked.cadences:
            rules["alarm", "both"] = Rule("alarm", 1, _SCRATCH_DAYS, alpha=problem.renew.alpha)
        if "policy" in self.asked.cadences and self.asked.update > 0.0:
            rules["policy", "both"] = Rule(
                "policy",
                1,
                renew=problem.renew.model_copy(update={"cadence": "auto"}),
                costs=self._costs(share),
                decays=tuple(
                    (day, self._decay(day - self.line.delay))
                    for day in range(
                        self.line.first + _LEARN_EVERY_DAYS, self.line.days, _LEARN_EVERY_DAYS
                    )
                ),
            )
        return rules

    def _costs(self, share: float) -> Costs:
        """The problem's, with the update's as asked for, and the fine-tuning's by its share."""
        costs = self.asked.problem.costs
        tuned = costs.fine_tune if costs.fine_tune is not None else self.asked.update * share
        return costs.model_copy(update={"update": self.asked.update, "fine_tune": tuned})

    def _decay(self, until: int) -> Decay:
        losses = {day: one.losses for day, one in self.replay.scratch.items()}
        return fit_decay(losses, self.line.counts, until, self._kept(until), self.asked.seed)

    def _kept(self, until: int) -> float | None:
        """The share of the gain over never that the quickest fine-tuned line keeps by a day."""
        quickest = min((days for days in self.fixed.values() if days), default=0)
        tuned = self.replay.lines.get(Rule("fixed", quickest, 0))
        if tuned is None or not self.replay.has(quickest):
            return None
        days = slice(0, until - self.line.first)
        never, scratch = (float(self.replay.losses(one)[days].sum()) for one in (0, quickest))
        gained = never - float(tuned.losses[self.line.first : until].sum())
        return min(max(gained / (never - scratch), 0.0), 1.0) if never > scratch else None

    def _scratch_rows(self, done: dict[str, int]) -> Iterator[_Found]:
        for name, days in done.items():
            if "scratch" in self.asked.how or not days:
                made = self.replay.days_of(days)
                seconds = sum(self.replay.scratch[day].scratch_seconds for day in made[1:])
                losses = self.replay.losses(days)
                yield _Found(name, "scratch", losses, len(made) - 1, 0, seconds, 0.0)

    def _line_rows(self, rules: dict[tuple[str, str], Rule]) -> Iterator[_Found]:
        for (name, how), rule in rules.items():
            one = self.replay.lines.get(rule)
            if one is not None:
                yield _Found(
                    name,
                    how,
                    one.losses[self.line.first :],
                    len(one.scratch),
                    len(one.fine_tuned),
                    one.scratch_seconds,
                    one.fine_tune_seconds,
                )

    def _advice(self, decay: Decay, found: list[_Found], update: float) -> Recommendation:
        done = {one.cadence for one in found}
        intervals = {name: days for name, days in self.fixed.items() if name in done}
        row = self.asked.problem.costs.loss * self.line.rows_per_day
        least = min(float(one.losses.sum()) for one in found)
        base = self.asked.problem.costs.loss * least / len(self.counts)
        return recommend(decay, intervals, update, row, base, len(self.counts))

    def _rows(self, found: list[_Found], advice: Recommendation) -> tuple[CadenceRow, ...]:
        share = _share_of_time(found)
        costs = {id(one): self._cost_by_day(one, share) for one in found}
        with_it = [one for one in found if one.cadence == advice.cadence]
        chosen = min(with_it, key=lambda one: float(costs[id(one)].sum()))
        rows = []
        for one in found:
            extra = sum_with_interval(costs[id(one)] - costs[id(chosen)], self.weeks)
            loss = mean_with_interval(one.losses, self.counts, self.weeks)
            rows.append(
                CadenceRow(
                    one.cadence,
                    one.how,
                    loss[0],
                    (loss[1], loss[2]),
                    one.scratch + one.tuned,
                    one.scratch,
                    one.scratch_seconds + one.tune_seconds,
                    float(costs[id(one)].sum()),
                    extra[0],
                    (extra[1], extra[2]),
                )
            )
        return tuple(rows)

    def _cost_by_day(self, one: _Found, share: float) -> Floats:
        """What the rows of each day cost, and the updates, spread evenly over the days."""
        costs = self._costs(share)
        updates = costs.update * one.scratch + (costs.fine_tune or 0.0) * one.tuned
        return costs.loss * one.losses + updates / len(one.losses)

    def _result(
        self,
        rows: tuple[CadenceRow, ...],
        found: list[_Found],
        decay: Decay,
        advice: Recommendation,
    ) -> Backtest:
        line, problem = self.line, self.asked.problem
        mine = [row for row in rows if row.cadence == advice.cadence]
        how = min(mine, key=lambda row: row.total_cost).how
        recipe = self.replay.recipe
        shown = sorted({*_COSTS_SHOWN, self.asked.update})
        return Backtest(
            rows,
            advice.cadence,
            how,
            advice.enough,
            _why(advice, how, decay, self.asked.update, problem),
            advice.regret,
            advice.regret_at_most,
            decay,
            tuple(line.date(line.first + 7 * week) for week in range(int(self.weeks[-1]) + 1)),
            tuple(OverTime(one.cadence, one.how, self._by_week(one.losses)) for one in found),
            tuple(
                CostOf(update, at.cadence, dict(at.cost_per_day))
                for update in shown
                for at in [self._advice(decay, found, update)]
            ),
            line.date(line.first),
            line.date(line.days - 1),
            int(line.starts[-1] - line.starts[line.first]),
            say(
                "renew.backtest.recipe",
                trees=recipe.trees,
                rate=f"{recipe.boosting.learning_rate:.2g}",
            ),
            tuple(name for name in self.asked.cadences if name not in {r.cadence for r in rows}),
            self.replay.budget.stopped,
            0.0,
        )

    def _by_week(self, losses: Floats) -> tuple[float, ...]:
        rows = np.bincount(self.weeks, self.counts)
        with np.errstate(invalid="ignore", divide="ignore"):
            return tuple(map(float, np.bincount(self.weeks, losses) / rows))


def _check(cadences: Sequence[str], how: Sequence[str], update: float) -> None:
    for name in cadences:
        if name not in CADENCES:
            known, hint = ", ".join(CADENCES), nearest(name, CADENCES)
            raise OptionMistake("renew.backtest_cadence", cadence=name, known=known, hint=hint)
    if not set(cadences) - {"alarm", "policy"}:
        raise OptionMistake("renew.backtest_cadence", cadence="", known=", ".join(CADENCES))
    if not how or set(how) - {"scratch", "fine-tune"}:
        raise OptionMistake("renew.backtest_how", how=", ".join(how))
    if not 0.0 <= update < np.inf:
        raise OptionMistake("renew.backtest_cost", cost=update)


def _part(progress: Progress | None, start: float, stop: float) -> Progress | None:
    """The progress of a part, as a share of the whole."""
    if progress is None:
        return None
    return lambda done, whole: progress(start + (stop - start) * done / whole, 1.0)


def _share_of_time(found: list[_Found]) -> float:
    """How long a fine-tuning takes, as a share of a model from scratch; one when not known."""
    scratch = [one.scratch_seconds / one.scratch for one in found if one.scratch and not one.tuned]
    tuned = [one.tune_seconds / one.tuned for one in found if one.tuned and not one.scratch]
    if not scratch or not tuned or not min(scratch):
        return 1.0
    return min(mean(tuned) / mean(scratch), 1.0)


def _why(advice: Recommendation, how: str, decay: Decay, update: float, problem: Problem) -> str:
    key = "recommended" if advice.enough else "not_enough"
    sentences = [
        say(
            f"renew.backtest.{key}",
            cadence=say(f"renew.cadence.{advice.cadence}"),
            how=say(f"renew.backtest.how.{how}"),
            update=f"{update:.4g}",
            cost=f"{advice.cost_per_day[advice.cadence]:.4g}",
            regret=f"{advice.regret:.3g}",
            at_most=f"{advice.regret_at_most:.3g}",
            excess=f"{decay.excess(30.0):.3g}",
        )
    ]
    sentences += [say(f"renew.backtest.{reason}") for reason in advice.reasons]
    return " ".join(sentences)
