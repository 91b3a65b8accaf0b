"""`train_planned`: the replicas that a plan still wants, each kept as soon as it is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from functools import partial
from typing import Any

from relevo.compute.budget import Budget
from relevo.compute.interrupt import stop_on_interrupt
from relevo.cycle.alpha import alpha_of_next
from relevo.cycle.known import KnownRows
from relevo.cycle.plan import Plan
from relevo.cycle.project import Project
from relevo.cycle.versions import keep_version
from relevo.model.model import Model
from relevo.renew.division import Division
from relevo.renew.replicas import Recipe, Replica, train_replica
from relevo.store.records import StandingRecord

# The fine-tuned replica is cheap; what it leaves of the budget goes to the one from scratch.
_FINE_TUNE_SHARE = 0.3
# Its process takes a second or two to start, and more on a machine that is busy serving.
_LEAST_FINE_TUNE_SECONDS = 5.0
# As long as a challenger may stand: after two months it is older than what would replace it.
_LONGEST = timedelta(days=60)


def train_planned(
    project: Project,
    champion: Model,
    known: KnownRows,
    division: Division,
    plan: Plan,
    budget: Budget,
    seed: int,
    *,
    stop_early: bool = True,
) -> Iterator[tuple[str, float]]:
    """Train what is left of a plan; yields how, and the seconds, of each as it is kept.

    A replica is kept together with the note that it is to be judged. One that fails is noted in
    the plan, so that it is not tried again when this process is killed.

    Parameters
    ----------
    project, champion, known, division
        Who trains on what.
    plan
        Its `left` are trained, its `failures` grow.
    budget, seed
        For all of them together.
    stop_early
        Whether the first Ctrl-C ends a training with the best so far, instead of the command.

    """
    recipe = Recipe(
        problem=project.problem,
        champion=project.model_folder(champion.version),
        project=project.folder,
        now=project.now(),
        seed=seed,
        data=known.fingerprint,
        batches=known.batches,
    )
    left = plan.left
    for place, how in enumerate(left):
        own = budget if place == len(left) - 1 else budget.part(_first_share(budget))
        with _stopping(budget, stop_early):
            replica = train_replica(recipe, division, own, how)
        _keep(project, champion, plan, replica)
        yield how, replica.seconds


def _first_share(budget: Budget) -> float:
    least = _LEAST_FINE_TUNE_SECONDS / max(budget.remaining, _LEAST_FINE_TUNE_SECONDS)
    return max(_FINE_TUNE_SHARE, least)


def _stopping(budget: Budget, stop_early: bool) -> AbstractContextManager[None]:
    return stop_on_interrupt(budget) if stop_early else nullcontext()


def _keep(project: Project, champion: Model, plan: Plan, replica: Replica) -> None:
    if replica.built is None:
        plan.failures[replica.how] = replica.failure
        detail = plan.detail(champion.version)
        project.store.note_turn(plan.turn, "replicas", detail)
        return
    keep_version(
        project, replica.built, partial(_stands, project, champion, plan.turn, _learnt(replica))
    )


def _learnt(replica: Replica) -> dict[str, Any]:
    """What the log tells of how it learnt, and from which history."""
    return {"how": replica.how, **({"history": replica.history.why} if replica.history else {})}


def _stands(
    project: Project, champion: Model, turn: str, learnt: dict[str, Any], version: int
) -> StandingRecord:
    now = project.now()
    return StandingRecord(
        version=version,
        champion=champion.version,
        role="challenger",
        turn=turn,
        alpha=alpha_of_next(project),
        since=now,
        until=now + _LONGEST,
        status="stands",
        changed_at=now,
        detail=learnt,
    )
