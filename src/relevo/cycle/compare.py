"""`compare`: strategies side by side, on the same rows that none of them was trained on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan
from typing import Any

import numpy as np
import polars as pl

from relevo.compute.budget import Budget
from relevo.compute.interrupt import stop_on_interrupt
from relevo.compute.registry import runner as runner_named
from relevo.cycle.check import contract_of
from relevo.cycle.known import known_rows
from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import BandRow, CompareResult, CompareRow
from relevo.errors import OptionMistake
from relevo.learn.learner import Trial
from relevo.model.build import Built, build, evidence_of
from relevo.model.losses import losses
from relevo.model.model import Model
from relevo.problem.problem import Problem
from relevo.score.paired import paired_gain
from relevo.train.blocks import blocks_of
from relevo.train.judged import Parts, set_aside
from relevo.train.registry import strategy as strategy_named
from relevo.train.segment_names import rows_of_segment
from relevo.train.stratified.choice import band_name, band_of
from relevo.train.target import check_target

_FEWEST_ROWS = 10


def compare(
    project: Project,
    strategies: str | Sequence[str] | None = None,
    *,
    budget: str | float | None = None,
    seed: int | None = None,
    progress: Callable[[Trial], None] | None = None,
) -> CompareResult:
    """Train one model under each strategy and judge all on the same rows; none is kept.

    Parameters
    ----------
    project
        Whose rows they learn from.
    strategies
        Names, or one text with commas; by default all that the problem allows.
    budget, seed
        Of each; default from the problem file.
    progress
        Called with each trial as it ends.

    Raises
    ------
    UserMistake
        When an option, the problem file or the data are wrong.

    """
    problem = project.problem
    wanted = problem.training
    names = _names(strategies, problem)
    under = [strategy_named(name, problem, project.folder) for name in names]
    chosen_seed = wanted.seed if seed is None else seed
    with recorded(project, "compare"):
        known = known_rows(project)
        check_target(known.frame, problem)
        parts = set_aside(known.frame, problem, chosen_seed)
        contract = contract_of(project, known.frame)
        built = []
        for one in under:
            time_left = Budget.parse(budget if budget is not None else wanted.budget)
            with stop_on_interrupt(time_left):
                done = build(
                    problem,
                    contract,
                    parts,
                    time_left,
                    strategy=one,
                    runner=runner_named(wanted.runner),
                    now=project.now(),
                    learner=wanted.learner,
                    seed=chosen_seed,
                    progress=progress,
                )
            built.append(done)
        return CompareResult(problem.metric, parts.judged.height, _rows(built, parts, problem))


def _names(strategies: str | Sequence[str] | None, problem: Problem) -> tuple[str, ...]:
    if strategies is None:
        return ("central", "stratified") if problem.roles.segment else ("central",)
    asked = strategies.split(",") if isinstance(strategies, str) else strategies
    names = tuple(dict.fromkeys(name.strip() for name in asked if name.strip()))
    if not names:
        raise OptionMistake("cycle.no_strategies", came=strategies)
    return names


def _rows(built: Sequence[Built], parts: Parts, problem: Problem) -> tuple[CompareRow, ...]:
    blocks = blocks_of(parts.judged, problem)
    first = losses(built[0].model, parts.judged)
    sizes = rows_of_segment(parts.judged, parts.train, problem)
    found = []
    for one in built:
        headline = one.model.evidence[problem.metric]
        gain = paired_gain(first, losses(one.model, parts.judged), blocks=blocks, confidence=0.975)
        found.append(
            CompareRow(
                one.model.lineage.strategy,
                headline.value,
                headline.interval,
                one.seconds,
                gain.gain,
                (gain.lower, gain.upper),
                () if sizes is None else _bands(one.model, parts.judged, band_of(sizes)),
            )
        )
    return tuple(found)


def _bands(model: Model, judged: pl.DataFrame, band: Any) -> tuple[BandRow, ...]:
    """The metric in segments of each size."""
    found = []
    for place in np.unique(band):
        rows = judged.filter(pl.Series(band == place))
        value, ends = nan, (nan, nan)
        if rows.height >= _FEWEST_ROWS and rows[model.problem.target].n_unique() > 1:
            figure = evidence_of(model, rows, "judged")[model.problem.metric]
            value, ends = figure.value, figure.interval
        found.append(BandRow(band_name(int(place)), rows.height, value, ends))
    return tuple(found)
