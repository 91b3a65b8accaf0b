"""`events_of`: what of a renewal somebody should hear of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from relevo.cycle.event import Event
from relevo.cycle.results import AsideRow, ChallengerRow, RenewResult


def events_of(result: RenewResult, at: datetime) -> Iterator[Event]:
    """A swap, a return, a batch that was put aside, a replica that failed; alarms tell themselves.

    Parameters
    ----------
    result
        What a renewal did.
    at
        When.

    """
    for row in result.aside:
        yield _aside(row, at)
    for failure in result.failures:
        yield Event.of("failed", "follow.told_failed", at, {"why": failure}, why=failure)
    if result.decision == "promote":
        yield _moved(result, at)


def _aside(row: AsideRow, at: datetime) -> Event:
    detail = {"batch": row.batch, "folder": row.folder, "why": row.why}
    return Event.of("aside", "follow.told_aside", at, detail, **detail)


def _moved(result: RenewResult, at: datetime) -> Event:
    moved = {"champion": result.champion, "previous": result.previous}
    back = any(_came_back(one, result) for one in result.challengers)
    kind, key = ("rollback", "told_back") if back else ("promote", "told_swap")
    told = {**moved, "why": result.why}
    return Event.of(kind, f"follow.{key}", at, told, **told)


def _came_back(row: ChallengerRow, result: RenewResult) -> bool:
    return row.version == result.champion and row.role == "former"
