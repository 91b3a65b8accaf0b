"""`situation`: what a renewal is decided from, as the store and the known rows have it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from relevo.cycle.known import KnownRows
from relevo.cycle.last_watch import last_watch
from relevo.cycle.project import Project
from relevo.cycle.shadow import shadow_gap
from relevo.cycle.versions import known_until
from relevo.model.build import newest
from relevo.model.model import Model
from relevo.renew.decay_file import read_decay
from relevo.renew.durations import days_in
from relevo.renew.situation import Situation
from relevo.store.records import BatchRecord, VersionRecord

_NEWEST_BATCHES = 20


def situation(project: Project, champion: Model, known: KnownRows, untried: pl.Series) -> Situation:
    """The present, for `decide`.

    Parameters
    ----------
    project, champion, known
        What is there.
    untried
        Which of the known rows are new to the champion and to its replicas, shape `(n_rows,)`.

    """
    problem, store, now = project.problem, project.store, project.now()
    watched = last_watch(project)
    versions = store.versions()
    first = _from_scratch(versions, champion.version)
    latest = newest(known.frame, problem.roles.time)
    delay = problem.renew.label_delay
    found = Situation(
        rules=problem.renew,
        costs=problem.costs,
        now=now,
        new_rows=int(untried.sum()),
        age_days=_age_days(champion.lineage.known_until, champion.lineage.created_at, latest, now),
        rows_per_day=_rows_per_day(known.frame, problem.roles.time),
        # An alarm about another version says nothing of this one.
        alarm=bool(watched and watched.version == champion.version and watched.calls_for_renewal),
        decay=read_decay(project.backtests),
        label_delay_days=days_in(delay) if delay else None,
        arrival_days=arrival_days(store.batches("labelled")),
        scratch_seconds=_newest_seconds(versions, "scratch"),
        fine_tune_seconds=_newest_seconds(versions, "fine-tune"),
        scratch_age_days=_age_days(known_until(first), first.created_at, latest, now),
    )
    return replace(found, gap=shadow_gap(project, champion, known)) if _asks(found) else found


def _asks(at: Situation) -> bool:
    """Whether the policy would heed a gap by the day; finding it takes seconds."""
    rules = at.rules
    heeds = rules.cadence == "alarm" or (rules.cadence != "never" and at.costs.update > 0.0)
    soon = rules.respond_within is not None and days_in(rules.respond_within) < 1.0
    return heeds and not soon and not at.alarm and at.new_rows >= rules.min_rows


def arrival_days(batches: list[BatchRecord]) -> float | None:
    """The usual time between two batches, in days; None before there are three."""
    times = [batch.at.timestamp() for batch in batches[-_NEWEST_BATCHES:]]
    if len(times) < 3:
        return None
    return max(float(np.median(np.diff(times))), 0.0) / 86_400


def _age_days(
    until: datetime | None, made: datetime, latest: datetime | None, now: datetime
) -> float:
    """Since the newest row that a model knows, by the rows' own time; else since it was made.

    Rows may come long after they happened, and a history is replayed in an hour.
    """
    if latest is None or until is None:
        return max((now - made) / timedelta(days=1), 0.0)
    return max((latest - until) / timedelta(days=1), 0.0)


def _rows_per_day(frame: pl.DataFrame, time: str | None) -> float | None:
    if time is None:
        return None
    times = frame[time].cast(pl.Datetime("us"))
    first, last = times.min(), times.max()
    if not isinstance(first, datetime) or not isinstance(last, datetime) or first == last:
        return None
    return frame.height / ((last - first) / timedelta(days=1))


def _newest_seconds(versions: list[VersionRecord], how: str) -> float | None:
    return next((one.seconds for one in reversed(versions) if one.how == how), None)


def _from_scratch(versions: list[VersionRecord], champion: int) -> VersionRecord:
    """The model from scratch that the champion was made from, step by step; or itself."""
    by_number = {one.version: one for one in versions}
    found = by_number[champion]
    while found.how != "scratch" and found.parent in by_number:
        found = by_number[found.parent]
    return found
