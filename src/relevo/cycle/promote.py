"""`promote`: make a version the champion."""

from __future__ import annotations

from relevo.cycle.project import CHAMPION, Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import PromoteResult
from relevo.model.hashes import verify
from relevo.store.records import DecisionRecord
from relevo.words import say


def promote(project: Project, version: int, *, why: str | None = None) -> PromoteResult:
    """Move the alias `champion` to a version whose folder is whole; one atomic change.

    Raises
    ------
    ModelMistake
        When there is no such version, or a file of it was changed.

    """
    with recorded(project, "promote", version=version):
        verify(project.model_folder(version))
        previous = project.champion
        decision = DecisionRecord(
            kind="promote",
            why=why or say("cycle.promoted_by_hand"),
            champion=version,
            previous=previous,
            detail={},
            at=project.now(),
        )
        project.store.move_alias(CHAMPION, version, decision, expect=previous)
        return PromoteResult(version, previous)
