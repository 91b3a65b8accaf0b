"""`Replay`: the losses of models of every age, day by day, made once and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from relevo import __version__
from relevo.compute.budget import Budget
from relevo.compute.runner import Runner
from relevo.learn.learner import Floats
from relevo.learn.replayed import Origin, Recipe
from relevo.renew.line import Rule
from relevo.renew.replay_cache import ReplayCache
from relevo.renew.replay_task import ReplayDone, ReplayTask, done
from relevo.renew.timeline import Timeline

_NEAR_DAYS = 35  # how long every model is judged day by day, for the curve of decay
_LINES_WORK = 2.0  # a line of refits, in passes over the rows, beside its models from scratch

Progress = Callable[[float, float], None]


@dataclass
class Replay:
    """Models from scratch on a grid of days, and lines of models that go on by a rule.

    Parameters
    ----------
    timeline
        The rows by day.
    recipe
        How every model is made.
    runner
        Where they are made.
    budget
        The time for all.
    cache
        A folder for what is finished; None keeps nothing.
    progress
        Called with the work done and all work, in rows.

    Attributes
    ----------
    scratch
        For each day on which a model from scratch was made, what it lost on later days.
    lines
        What the line of each rule lost.

    """

    timeline: Timeline
    recipe: Recipe
    runner: Runner
    budget: Budget
    cache: Path | None = None
    progress: Progress | None = None
    scratch: dict[int, ReplayDone] = field(default_factory=dict, init=False)
    lines: dict[Rule, ReplayDone] = field(default_factory=dict, init=False)

    def run(self, intervals: Sequence[int], rules: Sequence[Rule]) -> None:
        """Make the models from scratch of these intervals in days (0 is never), and the lines.

        The coarser intervals come first, so that a budget that is spent leaves whole ones; every
        model of a finer one that is a coarser one's too is made once.
        """
        tasks = {task.name: task for task in self._tasks(intervals, rules)}
        work, all_work = 0.0, sum(self._work(task) for task in tasks.values())
        for one in self._results(list(tasks.values())):
            task = tasks[one.name]
            if task.rule is None:
                self.scratch[task.day] = one
            else:
                self.lines[task.rule] = one
            work += self._work(task)
            if self.progress:
                self.progress(work, all_work)

    def days_of(self, interval: int) -> list[int]:
        """The days on which a cadence makes a model, the first of the replay among them."""
        first, days = self.timeline.first, self.timeline.days
        return list(range(first, days, interval)) if interval else [first]

    def has(self, interval: int) -> bool:
        """Whether every model of an interval was made."""
        return all(day in self.scratch for day in self.days_of(interval))

    def losses(self, interval: int) -> Floats:
        """The losses of each replayed day with models from scratch at an interval, `(n_days,)`."""
        days, losses = self.days_of(interval), np.full(self.timeline.days, np.nan)
        for day, stop in zip(days, [*days[1:], self.timeline.days], strict=True):
            losses[day:stop] = self.scratch[day].losses[day:stop]
        return losses[self.timeline.first :]

    def _tasks(self, intervals: Sequence[int], rules: Sequence[Rule]) -> Iterator[ReplayTask]:
        line = self.timeline
        warm_up = line.rows.take(slice(0, int(line.known[line.first])))
        origin, like = Origin.of(warm_up.target), line.rows.take(np.empty(0, np.intp))
        first = ReplayTask(line.first, line.days, None, self.recipe, origin, like)
        given: set[int] = set()
        for interval in sorted(set(intervals), key=lambda days: -(days or line.days + 1)):
            for day in self.days_of(interval):
                if day not in given:
                    given.add(day)
                    full = max(interval or line.days, _NEAR_DAYS)
                    yield replace(first, day=day, full_days=full)
        for rule in rules:
            yield replace(first, rule=rule)

    def _work(self, task: ReplayTask) -> float:
        """About how long a task takes, in rows."""
        rows = float(self.timeline.known[task.day])
        if task.rule is None:
            return rows
        every = task.rule.scratch_every
        scratch = self.timeline.known[task.day :: every].sum() if every else rows
        return float(scratch) + _LINES_WORK * len(self.timeline.rows)

    def _results(self, tasks: Sequence[ReplayTask]) -> Iterator[ReplayDone]:
        line = self.timeline
        kept = ReplayCache(
            self.cache, __version__, line.fingerprint, line.first, line.delay, repr(self.recipe)
        )
        todo = []
        for task in tasks:
            found = kept.get(task.name)
            if found is None:
                todo.append(task)
            else:
                yield found
        if not todo:
            return
        arrays = {**line.rows.arrays("rows"), "starts": line.starts, "known": line.known}
        for one in self.runner.map(done, todo, self.budget, arrays):
            kept.keep(one)
            yield one
