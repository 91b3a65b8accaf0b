"""`search`: the best predictor that a budget allows, from a short list of configurations."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.compute.runner import Runner
from relevo.learn.attempt import Attempt, Tunable
from relevo.learn.holdout import hold_out
from relevo.learn.learner import Fit, Target, Trial
from relevo.learn.registry import learner, must_know
from relevo.learn.rows import Rows
from relevo.learn.thinned import thinned
from relevo.prepare.matrix import Matrix

# In order of expected gain for the time: a cheap strong default of each learner, then boosting for
# weak signals, for much structure, for noise, and with patience.
CONFIGURATIONS: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("linear", {}),
    ("boosting", {}),
    ("boosting", {"leaves": 6, "feature_share": 0.5, "l2": 5.0}),
    ("boosting", {"leaves": 95, "feature_share": 0.6, "l2": 3.0}),
    ("boosting", {"leaves": 31, "extra_random": True, "feature_share": 1.0}),
    ("boosting", {"leaves": 15, "learning_rate": 0.02, "feature_share": 0.5, "row_share": 0.6}),
)
# Rows x features that trials see for each second of the budget: a fifth of what a busy core bins.
_CELLS_PER_SECOND = 6e5
_FEWEST_ROWS = 500
_SHORTEST_SECONDS = 0.1
_IMPORT_SECONDS = 1.5  # LightGBM brings scikit-learn and pandas with it where they are installed
_SLACK = 1.1
_FOUND = ("trees",)  # settings that a trial finds, not takes


def search(
    matrix: Matrix,
    target: Target,
    budget: Budget,
    *,
    runner: Runner,
    learners: tuple[str, ...] = ("linear", "boosting"),
    seed: int = 0,
    ordered: bool = False,
    progress: Callable[[Trial], None] | None = None,
) -> Fit:
    """Try configurations until the budget is spent or the list is done; train the best on all rows.

    All trials are judged on the same rows held back. The first trial runs at once in this process,
    on so few rows that it ends in time, so that there is always a predictor. With the same seed
    and time enough for the whole list, the result is the same.

    Parameters
    ----------
    matrix, target
        All rows that may be learnt from; oldest first when `ordered`.
    budget
        Kept; `budget.stop()` ends the search with the best so far.
    runner
        Where trials run.
    learners
        Which learners may be tried.
    seed
        Of all random parts.
    ordered
        Whether the newest rows are held back.
    progress
        Called with each trial as it ends.

    Returns
    -------
    Fit
        The predictor and all trials, best first.

    Raises
    ------
    OptionMistake
        When a learner is unknown.

    """
    race = _Race(Rows(matrix, target), budget, runner, seed, ordered, progress)
    race.run(_configurations(learners))
    return race.fit()


@dataclass(frozen=True)
class _Task:
    """One trial; `like` holds no rows, only what the shared arrays mean."""

    place: int
    learner: Tunable
    budget: Budget
    like: Rows


def run_trial(task: _Task, **arrays: NDArray[Any]) -> tuple[int, Attempt]:
    """Run one trial on shared rows; gives its place in the list and what came of it."""
    part, held = (task.like.with_arrays(prefix, arrays) for prefix in ("part", "held"))
    return task.place, task.learner.attempt(part, held, task.budget)


class _Race:
    """The state of one search."""

    def __init__(
        self,
        rows: Rows,
        budget: Budget,
        runner: Runner,
        seed: int,
        ordered: bool,
        progress: Callable[[Trial], None] | None,
    ) -> None:
        self.rows, self.budget, self.runner, self.progress = rows, budget, runner, progress
        self.seed, self.ordered = seed, ordered
        features = max(1, len(rows.matrix.features))
        most = max(_FEWEST_ROWS, int(_CELLS_PER_SECOND * budget.remaining / features))
        part, held = hold_out(thinned(rows, most, ordered, seed), ordered, seed)
        self.shared = part.arrays("part") | held.arrays("held")
        self.attempts: dict[int, Attempt] = {}
        # What completes a trial on all rows must be left over; on so many as there is time for,
        # when the trials see only a small part.
        self.trial_share = max(0.3, 1 / (1 + _SLACK * len(rows) / len(part)))

    def run(self, configurations: list[tuple[str, Mapping[str, Any]]]) -> None:
        (name, settings), *_ = configurations
        self.note(*run_trial(self.task(0, name, settings, self.all_threads), **self.shared))
        tasks = self.while_worthwhile(configurations)
        for done in self.runner.map(run_trial, tasks, self.budget, self.shared):
            self.note(*done)

    def fit(self) -> Fit:
        """Train the best on all rows."""
        order = sorted(self.attempts, key=lambda place: (self.attempts[place].loss, place))
        trials = tuple(self.attempts[place].trial for place in order)
        best = self.attempts[order[0]]
        tuned = {k: v for k, v in best.settings.items() if k not in _FOUND}
        winner = self.learner(best.learner, tuned, self.all_threads)
        affordable = int(self.budget.remaining / (_SLACK * best.seconds_per_row))
        enough = affordable > len(self.shared["part_values"])
        rows = thinned(self.rows, affordable, self.ordered, self.seed) if enough else self.rows
        return Fit(winner.complete(best, rows, self.budget), trials)

    @property
    def all_threads(self) -> int:
        return self.runner.threads_per_task * self.runner.cores

    def task(self, place: int, name: str, settings: Mapping[str, Any], threads: int) -> _Task:
        tuned = self.learner(name, settings, threads)  # its library loads before the trial's time
        budget = self.budget.part(self.trial_share)
        return _Task(place, tuned, budget, self.rows.take(slice(0, 0)))

    def learner(self, name: str, settings: Mapping[str, Any], threads: int) -> Tunable:
        common = {"seed": self.seed, "ordered": self.ordered, "threads": threads}
        return learner(name, **settings, **common)

    def while_worthwhile(
        self, configurations: list[tuple[str, Mapping[str, Any]]]
    ) -> Iterator[_Task]:
        for place, (name, settings) in enumerate(configurations):
            if place and self.ends_in_time(name):
                yield self.task(place, name, settings, self.runner.threads_per_task)

    def ends_in_time(self, name: str) -> bool:
        """Whether a trial as long as its learner's others can end and be completed."""
        alike = [a.seconds for a in self.attempts.values() if a.learner == name]
        if alike:
            return _SLACK * fmean(alike) < self.budget.remaining * self.trial_share
        loaded = name != "boosting" or (self.runner.cores == 1 and "lightgbm" in sys.modules)
        return 2 * (_SHORTEST_SECONDS if loaded else _IMPORT_SECONDS) < self.budget.remaining

    def note(self, place: int, attempt: Attempt) -> None:
        self.attempts[place] = attempt
        if self.progress:
            self.progress(attempt.trial)


def _configurations(learners: tuple[str, ...]) -> list[tuple[str, Mapping[str, Any]]]:
    for name in learners:
        must_know(name)
    return [(name, settings) for name, settings in CONFIGURATIONS if name in learners]
