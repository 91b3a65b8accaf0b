"""Keep a built model: its folder first, then its record, so that no version is ever half."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from pydantic import TypeAdapter

from relevo.cycle.project import Project
from relevo.model.build import Built
from relevo.model.folder import save_model
from relevo.model.lineage import Lineage
from relevo.store.records import FigureRecord, How, StandingRecord, VersionRecord

_LINEAGE = TypeAdapter(Lineage)


def keep_version(
    project: Project, built: Built, stands: Callable[[int], StandingRecord] | None = None
) -> int:
    """Save the model under a new version number and write the version down; gives the number.

    `stands` makes the note, written in the same transaction, that the version is to be judged.
    """
    store = project.store
    version = store.reserve_version(project.now())
    folder = f"models/v{version}"
    save_model(replace(built.model, version=version), project.models / f"v{version}", built.tables)
    lineage, headline = built.model.lineage, built.model.evidence.figures[0]
    store.add_version(
        VersionRecord(
            version=version,
            folder=folder,
            created_at=lineage.created_at,
            how=_how(lineage.how),
            parent=lineage.parent,
            learner=lineage.learner,
            strategy=lineage.strategy,
            metric=headline.metric,
            value=headline.value,
            low=headline.interval[0],
            high=headline.interval[1],
            rows_judged=headline.rows,
            seconds=built.seconds,
            lineage=_LINEAGE.dump_python(lineage, mode="json"),
        ),
        None if stands is None else stands(version),
    )
    now = project.now()
    store.add_figures(
        version,
        [
            FigureRecord(
                metric=figure.metric,
                value=figure.value,
                low=figure.interval[0],
                high=figure.interval[1],
                rows=figure.rows,
                on_rows=figure.on,
                how=figure.how,
                at=now,
                coverage=figure.coverage,
            )
            for figure in built.model.evidence.figures
        ],
    )
    return version


def known_until(version: VersionRecord) -> datetime | None:
    """The newest time among the rows that trained and judged a version, when rows have times."""
    told = version.lineage.get("known_until")
    return None if told is None else datetime.fromisoformat(told).replace(tzinfo=None)


def _how(how: str) -> How:
    return "fine-tune" if how == "fine-tune" else "edit" if how == "edit" else "scratch"
