"""`backtest_cadence`: replay the history under each cadence, and say which to choose."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from relevo.compute.budget import Budget
from relevo.compute.processes import Processes
from relevo.compute.runner import Runner
from relevo.errors import OptionMistake, nearest
from relevo.learn.replayed import Recipe
from relevo.problem.problem import Costs, Problem
from relevo.renew.backtest_result import Backtest, CadenceRow, CostOf
from relevo.renew.cadence_lines import CadenceLine, CadenceLines, Rules, share_of_time
from relevo.renew.cadence_table import CadenceTable
from relevo.renew.decay import Decay
from relevo.renew.durations import PERIOD_DAYS
from relevo.renew.recommend import Recommendation, recommend
from relevo.renew.replay import Progress, Replay
from relevo.renew.timeline import Timeline
from relevo.words import say

_DECIDING = ("alarm", "policy")
CADENCES = ("never", *reversed(PERIOD_DAYS), *_DECIDING)
_DEFAULT = ("never", "monthly", "weekly", "daily")
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
    and binned once. How models are made is found on the warm-up and stays. The recommended
    cadence comes from the curve of decay (see `recommend`), not from the smallest total of the
    replay; `policy` is recommended instead where it was replayed and cost less.

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
    chosen = recipe or Recipe.found_on(warm_up, seed, limit)
    replay = Replay(timeline, chosen, runner or Processes(), limit, cache)
    replay.progress = _part(progress, 0.0, 1.0 - _LINES_SHARE)
    intervals = {name: int(PERIOD_DAYS.get(name, 0)) for name in cadences if name not in _DECIDING}
    lines = CadenceLines(replay, intervals, tuple(how), seed)
    found = lines.fixed()
    if len({one.cadence for one in found}) < min(2, len(intervals)):
        raise OptionMistake("renew.backtest_no_time_left", seconds=f"{limit.seconds:g}")
    costs = _costs(problem.costs, cost_per_update, share_of_time(found))
    replay.progress = _part(progress, 1.0 - _LINES_SHARE, 1.0)
    found += lines.deciding(_deciding_rules(lines, cadences, problem, costs))
    result = _result(lines, found, costs, problem, cadences)
    return replace(result, seconds=time.monotonic() - began)


def _costs(costs: Costs, update: float, share: float) -> Costs:
    """The problem's, with the update's as asked for, and the fine-tuning's by its share."""
    tuned = costs.fine_tune if costs.fine_tune is not None else update * share
    return costs.model_copy(update={"update": update, "fine_tune": tuned})


def _deciding_rules(
    lines: CadenceLines, cadences: Sequence[str], problem: Problem, costs: Costs
) -> Rules:
    rules = {}
    if "alarm" in cadences:
        rules["alarm", "both"] = lines.alarm_rule(problem.renew.alpha)
    if "policy" in cadences and costs.update > 0.0:  # where updates are free, it makes them all
        rules["policy", "both"] = lines.policy_rule(problem.renew, costs)
    return rules


def _result(
    lines: CadenceLines,
    found: list[CadenceLine],
    costs: Costs,
    problem: Problem,
    cadences: Sequence[str],
) -> Backtest:
    replay, line = lines.replay, lines.replay.timeline
    decay, counts = lines.decay(line.days), line.counts[line.first :]
    table = CadenceTable(found, counts, costs)
    least = costs.loss * min(float(one.losses.sum()) for one in found) / len(counts)
    done = {one.cadence for one in found}
    free = () if costs.update else ("policy",)  # it makes every update that it can, as daily does
    intervals = {name: days for name, days in lines.intervals.items() if name in done}

    def advice(update: float) -> Recommendation:
        row = costs.loss * line.rows_per_day
        return recommend(decay, intervals, update, row, least, len(counts))

    best = advice(costs.update)
    fixed = table.cheapest(best.cadence)
    policy = table.cheaper("policy", fixed)
    chosen = fixed if policy is None else policy
    rows = table.rows(chosen)
    row = rows[fixed]
    words = []
    if policy is not None:
        words.append(_compared("by_policy", row, row.extra_cost, row.extra_interval))
    words += _why(best, found[fixed].how, decay, costs.update, rows)
    regret = (best.regret, best.regret_at_most) if policy is None else _regret(rows, len(counts))
    return Backtest(
        rows,
        found[chosen].cadence,
        found[chosen].how,
        best.enough if policy is None else "too_short" not in best.reasons,
        " ".join(words),
        *regret,
        decay,
        tuple(line.date(line.first + 7 * week) for week in range(int(table.weeks[-1]) + 1)),
        table.over_time(),
        tuple(
            CostOf(update, at.cadence, dict(at.cost_per_day))
            for update in sorted({*_COSTS_SHOWN, costs.update})
            for at in [advice(update)]
        ),
        line.date(line.first),
        line.date(line.days - 1),
        int(line.starts[-1] - line.starts[line.first]),
        _recipe(replay.recipe),
        tuple(name for name in dict.fromkeys(cadences) if name not in {*done, *free}),
        replay.budget.stopped,
        0.0,
    )


def _recipe(recipe: Recipe) -> str:
    rate = f"{recipe.boosting.learning_rate:.2g}"
    return say("renew.backtest.recipe", trees=recipe.trees, rate=rate)


def _check(cadences: Sequence[str], how: Sequence[str], update: float) -> None:
    for name in cadences:
        if name not in CADENCES:
            known, hint = ", ".join(CADENCES), nearest(name, CADENCES)
            raise OptionMistake("renew.backtest_cadence", cadence=name, known=known, hint=hint)
    if not set(cadences) - {*_DECIDING}:
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


def _regret(rows: tuple[CadenceRow, ...], days: int) -> tuple[float, float]:
    """What the recommended row cost a day more than the cheapest one, and at most."""
    least = min(rows, key=lambda row: row.total_cost)
    return 0.0 - least.extra_cost / days, 0.0 - least.extra_interval[0] / days


def _compared(key: str, row: CadenceRow, saved: float, interval: tuple[float, float]) -> str:
    """A sentence about a row's cadence, and what is saved, with its interval."""
    return say(
        f"renew.backtest.{key}",
        cadence=say(f"renew.cadence.{row.cadence}"),
        how=say(f"renew.backtest.how.{row.how}"),
        saved=f"{saved:.4g}",
        low=f"{interval[0]:.4g}",
        high=f"{interval[1]:.4g}",
    )


def _why(
    advice: Recommendation, how: str, decay: Decay, update: float, rows: tuple[CadenceRow, ...]
) -> Iterator[str]:
    yield say(
        f"renew.backtest.{'recommended' if advice.enough else 'not_enough'}",
        cadence=say(f"renew.cadence.{advice.cadence}"),
        how=say(f"renew.backtest.how.{how}"),
        update=f"{update:.4g}",
        cost=f"{advice.cost_per_day[advice.cadence]:.3g}",
        regret=f"{advice.regret:.2g}",
        at_most=f"{advice.regret_at_most:.2g}",
        excess=f"{decay.excess(30.0):.3g}",
    )
    least = min(rows, key=lambda row: row.total_cost)
    if least.extra_cost < 0.0:  # than the recommended
        low, high = least.extra_interval
        yield _compared("cheapest", least, -least.extra_cost, (-high, -low))
    for reason in advice.reasons:
        yield say(f"renew.backtest.{reason}")
