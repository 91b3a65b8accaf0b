"""`history`: what was decided, and why."""

from __future__ import annotations

from relevo.cycle.project import Project
from relevo.cycle.results import DecisionRow, HistoryResult


def history(project: Project) -> HistoryResult:
    """All decisions, oldest first."""
    return HistoryResult(
        tuple(
            DecisionRow(one.at, one.kind, one.why, one.champion, one.previous, dict(one.detail))
            for one in project.store.decisions()
        )
    )
