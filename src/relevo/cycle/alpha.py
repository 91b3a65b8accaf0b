"""`alpha_of_next`: what the next duel of a project may risk."""

from __future__ import annotations

from collections.abc import Iterator

from relevo.cycle.project import Project
from relevo.renew.alpha_budget import Spent, next_alpha
from relevo.store.records import StandingRecord
from relevo.store.standing import STANDS


def alpha_of_next(project: Project) -> float:
    """The share of `renew.alpha` for the next duel, by what became of all before it.

    Duels of former champions on probation count as any other: the chance that *any* swap or return
    is ever wrong, over the project's life, is at most `renew.alpha`.
    """
    return next_alpha(project.problem.renew.alpha, _spent(project.store.standing()))


def _spent(standing: list[StandingRecord]) -> Iterator[Spent]:
    for one in standing:
        # One that was never looked at has risked nothing.
        left = 0.0 if one.status == STANDS else float(one.detail.get("risk_left", one.alpha))
        yield Spent(one.alpha, one.status == "promoted", left)
