"""`backtest`: replay the project's history under each cadence and say how often to update."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from relevo.compute.budget import Budget
from relevo.compute.interrupt import stop_on_interrupt
from relevo.cycle.known import known_rows
from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import BacktestResult
from relevo.data.whole_file import write_whole
from relevo.renew.backtest import CADENCES, backtest_cadence
from relevo.renew.cadence_page import cadence_page
from relevo.renew.decay_file import write_decay

_BUDGET = "10m"


def backtest(
    project: Project,
    cadences: str | Sequence[str] | None = None,
    *,
    cost_per_update: float | None = None,
    budget: str | float | None = None,
    data: Any = None,
    seed: int | None = None,
    progress: Callable[[float, float], None] | None = None,
) -> BacktestResult:
    """Replay the known rows; the curve of decay is kept for the decisions of later renewals.

    A backtest that is stopped, by Ctrl-C or its budget, keeps what is finished in
    `.relevo/backtest/`; the next one goes on from there.

    Parameters
    ----------
    project
        Whose labelled rows are replayed; it needs no champion.
    cadences
        Names, or one text with commas; all by default.
    cost_per_update
        Default from the problem file, `costs.update`.
    budget
        Wall time; 10 minutes by default.
    data
        Labelled rows to add.
    seed
        Of everything random; default from the problem file.
    progress
        Called with the work done and all work.

    Raises
    ------
    UserMistake
        When an option, the problem file or the data are wrong.

    """
    problem = project.problem
    names = cadences.split(",") if isinstance(cadences, str) else cadences or CADENCES
    limit = Budget.parse(_BUDGET if budget is None else budget)
    with recorded(project, "backtest"), stop_on_interrupt(limit):
        found = backtest_cadence(
            known_rows(project, extra=data).frame,
            problem,
            [name.strip() for name in names if name.strip()],
            problem.costs.update if cost_per_update is None else cost_per_update,
            budget=limit,
            cache=project.backtests,
            progress=progress,
            seed=problem.training.seed if seed is None else seed,
        )
        write_decay(project.backtests, found.decay)
        page = project.pages / "cadence.html"
        loss = "log_loss" if problem.task == "classification" else "squared error"
        write_whole(page, cadence_page(problem.name, found, loss))
    return BacktestResult(
        found.rows,
        found.recommended,
        found.how,
        found.enough,
        found.why,
        found.regret_per_day,
        found.regret_at_most_per_day,
        replace(found.decay, draws=()),
        found.by_cost,
        found.first_day,
        found.last_day,
        found.rows_replayed,
        found.left_out,
        found.interrupted,
        found.seconds,
        str(page),
    )
