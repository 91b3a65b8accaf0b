"""`status`: what there is and what needs attention."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from relevo.cycle.challenge import challengers
from relevo.cycle.last_watch import LastWatch, last_watch
from relevo.cycle.notified import Notified
from relevo.cycle.project import Project
from relevo.cycle.results import StatusResult, VersionRow
from relevo.store.records import SignalRecord
from relevo.words import say


def status(project: Project) -> StatusResult:
    """The champion, the versions, the last signals, and what somebody should look at."""
    store = project.store
    made = None if project.champion is None else store.version(project.champion).created_at
    signals = store.last_signals(since=made)
    versions = tuple(
        VersionRow(
            one.version,
            one.created_at,
            one.how,
            one.learner,
            one.metric,
            one.value,
            (one.low, one.high),
            one.rows_judged,
        )
        for one in store.versions()
    )
    newest = last_watch(project)
    watched = newest if newest and signals and newest.version == project.champion else None
    return StatusResult(
        champion=project.champion,
        versions=versions,
        alarm=any(signal.alarm for signal in signals),
        signals=tuple(f"{one.kind} {one.column}".strip() for one in signals if one.alarm),
        attention=tuple(_attention(project, versions, signals, watched)),
        challengers=challengers(project).challengers,
        alarms=watched.alarms if watched else (),
    )


def _attention(
    project: Project,
    versions: Sequence[VersionRow],
    signals: Sequence[SignalRecord],
    watched: LastWatch | None,
) -> Iterator[str]:
    if not versions:
        yield say("cycle.no_version_yet")
    elif project.champion is None:
        yield say("cycle.no_champion_yet", version=versions[-1].version)
    alarmed = [signal for signal in signals if signal.alarm]
    if alarmed:
        yield watched.headline if watched else say("cycle.alarms", count=len(alarmed))
    newest = {run.step: run.status for run in project.store.runs()}
    if "running" in newest.values():
        yield say("cycle.unfinished")
    for channel, (at, why) in Notified.read(project.state).failures.items():
        yield say("notify.failed", channel=channel, at=at[:16].replace("T", " "), why=why)
