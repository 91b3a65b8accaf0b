"""`run`: the first turn of the wheel, from the problem file to a champion."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from relevo.compute.budget import parse_duration
from relevo.compute.meter import Meter
from relevo.cycle.check import check
from relevo.cycle.explain import explain
from relevo.cycle.project import Project
from relevo.cycle.promote import promote
from relevo.cycle.results import RunResult, StepRow
from relevo.cycle.train import train
from relevo.cycle.validate import BUDGET, validate
from relevo.errors import DataMistake
from relevo.words import say

_LOOKING = 0.5  # of the time of training, for validating and for explaining each
# What training copes with, or answers itself.
_LEFT_TO_TRAINING = ("finite", "empty", "mixed", "unique")


def run(
    project: Project,
    *,
    budget: str | float | None = None,
    progress: Callable[[Any], None] | None = None,
) -> RunResult:
    """Check, train, validate, explain and promote.

    Raises
    ------
    DataMistake
        When the data break a contract that was there before.

    """
    steps: list[StepRow] = []

    @contextmanager
    def step(name: str) -> Iterator[None]:
        with Meter() as meter:
            yield
        steps.append(StepRow(name, meter.usage.wall_seconds))

    with step("check"):
        checked = check(project)
        broken = [one for one in checked.findings if one.rule not in _LEFT_TO_TRAINING]
        if broken and not checked.learnt:
            first = broken[0]
            raise DataMistake(
                "cycle.unfit_table",
                column=first.column,
                got=first.got,
                expected=first.expected,
                rows=first.rows,
            )
    with step("train"):
        trained = train(project, budget=budget, progress=progress)
    with step("validate"):
        validate(project, trained.version, budget=_share(budget))
    with step("explain"):
        explain(project, trained.version, budget=_share(budget))
    with step("promote"):
        promote(project, trained.version, why=say("cycle.first_turn"))
    return RunResult(trained.version, trained.metric, trained.value, trained.interval, tuple(steps))


def _share(budget: str | float | None) -> float | None:
    if budget is None:
        return None
    return min(_LOOKING * parse_duration(budget), parse_duration(BUDGET))
