"""`renew`: decide, train replicas of the champion, let them duel; the better one takes over."""

from __future__ import annotations

from typing import Any

from relevo.cycle.arrivals import Arrivals
from relevo.cycle.project import Project
from relevo.cycle.results import RenewResult
from relevo.cycle.turn import take_turn


def renew(
    project: Project,
    data: Any = None,
    *,
    dry_run: bool = False,
    budget: str | float | None = None,
    seed: int | None = None,
) -> RenewResult:
    """Renew the champion if a replica is better; the champion's own files are only read.

    What has come where `renew.arrivals` says is taken in; so are the labels in the store.
    Challengers of former renewals whose duel is undecided are judged again, and a champion that
    disappoints goes back.

    Parameters
    ----------
    project
        Has a champion.
    data
        Labelled rows that came since, besides the labelled predictions in the store; they are kept.
    dry_run
        Say what would be done; train nothing, keep nothing.
    budget, seed
        For both replicas together; default from the problem file.

    Raises
    ------
    StoreMistake
        When another `renew` is at work.
    ModelMistake
        When there is no champion.

    """
    looked = Arrivals(project)
    return take_turn(project, data, looked.look, dry_run=dry_run, budget=budget, seed=seed)
