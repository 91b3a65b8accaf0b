"""`rollback`: the champion before this one serves again."""

from __future__ import annotations

from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import PromoteResult
from relevo.errors import ModelMistake
from relevo.model.hashes import verify
from relevo.store.aliases import CHAMPION
from relevo.store.records import DecisionRecord
from relevo.words import say


def rollback(project: Project) -> PromoteResult:
    """Take the last promotion that still stands back; repeated, it goes further back.

    Raises
    ------
    ModelMistake
        When there is no champion, or none before it.

    """
    with recorded(project, "rollback"):
        champion = project.champion
        before = _line(project)
        if champion is None:
            raise ModelMistake("cycle.no_champion")
        if len(before) < 2:
            raise ModelMistake("cycle.nothing_to_roll_back", champion=champion)
        version = before[-2]
        verify(project.model_folder(version))
        decision = DecisionRecord(
            kind="rollback",
            why=say("cycle.rolled_back", version=version, champion=champion),
            champion=version,
            previous=champion,
            detail={},
            at=project.now(),
        )
        project.store.move_alias(CHAMPION, version, decision, expect=champion)
        return PromoteResult(version, champion)


def _line(project: Project) -> list[int]:
    """The champions that led to this one: a rollback takes the last of them away."""
    line: list[int] = []
    for decision in project.store.decisions():
        if decision.kind == "promote" and decision.champion is not None:
            line.append(decision.champion)
        elif decision.kind == "rollback" and line:
            line.pop()
    return line
