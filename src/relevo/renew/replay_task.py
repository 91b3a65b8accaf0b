"""`ReplayTask`: one model, or one line of models, of a replay; done wherever a runner runs it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, fields
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relevo.learn.learner import Floats
from relevo.learn.replayed import Origin, Recipe, Replayed
from relevo.learn.rows import Rows
from relevo.renew.line import Judged, Line, Rule

_THIN_EVERY = 5  # beyond a model's full days, every so many days are judged: for its decay only


@dataclass(frozen=True)
class ReplayTask:
    """What to do.

    Attributes
    ----------
    day
        The morning of the first model, from scratch.
    full_days
        How many days after `day` it is judged one by one, those beyond now and then.
    rule
        How its line goes on to the last day; None for this one model.
    recipe, origin, like
        How models are made, and where they start; the rows' meaning, without the rows.

    """

    day: int
    full_days: int
    rule: Rule | None
    recipe: Recipe
    origin: Origin
    like: Rows

    @property
    def name(self) -> str:
        """Of its file in the cache: all that is not the same in a whole replay."""
        if self.rule is None:
            return f"scratch-{self.day}-{self.full_days}"
        told = repr([(one.name, getattr(self.rule, one.name)) for one in fields(self.rule)])
        mark = blake2b(told.encode(), digest_size=6).hexdigest()
        return f"line-{self.rule.name}-{self.day}-{mark}"


@dataclass(frozen=True)
class ReplayDone:
    """What came of it.

    Attributes
    ----------
    name
        The task's.
    losses
        The sum of the rows' losses of each day, `(n_days,)`; NaN where no model was judged.
    scratch, fine_tuned
        The days on which a model from scratch, or a fine-tuned one, took over; without the first.
    scratch_seconds, fine_tune_seconds
        Of processor time that the making took, the first model's too; judging left out.

    """

    name: str
    losses: Floats
    scratch: NDArray[np.intp]
    fine_tuned: NDArray[np.intp]
    scratch_seconds: float
    fine_tune_seconds: float


def done(task: ReplayTask, **arrays: NDArray[Any]) -> ReplayDone:
    """Do a task; `arrays` are `rows_*` as `Rows.arrays` names them, `starts` and `known`."""
    rows = Judged(_engine(task, arrays), arrays["starts"], arrays["known"])
    return _one(task, rows) if task.rule is None else _line(task, task.rule, rows)


_engines: dict[int, Replayed] = {}


def _engine(task: ReplayTask, arrays: Mapping[str, NDArray[Any]]) -> Replayed:
    """The rows, binned once in each process."""
    key = id(arrays["rows_values"])
    if key not in _engines:
        _engines.clear()
        rows = task.like.with_arrays("rows", arrays)
        _engines[key] = Replayed(rows, task.recipe, task.origin)
    return _engines[key]


def _one(task: ReplayTask, rows: Judged) -> ReplayDone:
    began = time.process_time()
    model = rows.engine.scratch(0, int(rows.known[task.day]))
    seconds = time.process_time() - began
    days = np.arange(task.day, rows.days)
    age = days - task.day
    days = days[(age < task.full_days) | (age % _THIN_EVERY == 0)]
    losses = np.full(rows.days, np.nan)
    for run in np.split(days, np.flatnonzero(np.diff(days) > 1) + 1):
        losses[run] = rows.losses(model, int(run[0]), int(run[-1]) + 1)
    nothing = np.empty(0, np.intp)
    return ReplayDone(task.name, losses, nothing, nothing, seconds, 0.0)


def _line(task: ReplayTask, rule: Rule, rows: Judged) -> ReplayDone:
    line = Line(rows, rule, task.day)
    losses = np.full(rows.days, np.nan)
    for day in range(task.day, rows.days):
        losses[day] = line.day(day)
    return ReplayDone(
        task.name,
        losses,
        np.array(line.scratched, np.intp),
        np.array(line.tuned, np.intp),
        line.scratch_seconds,
        line.fine_tune_seconds,
    )
