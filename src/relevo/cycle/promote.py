"""`promote`: make a version the champion."""

from __future__ import annotations

from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import PromoteResult
from relevo.model.promote import promote_version
from relevo.words import say


def promote(project: Project, version: int, *, why: str | None = None) -> PromoteResult:
    """Move the alias `champion` to a version whose folder is whole; one atomic change.

    Raises
    ------
    ModelMistake
        When there is no such version, or a file of it was changed.

    """
    with recorded(project, "promote", version=version):
        reason = why or say("cycle.promoted_by_hand")
        now = project.now()
        previous = promote_version(project.store, project.state, version, reason, now)
        return PromoteResult(version, previous)
