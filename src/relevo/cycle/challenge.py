"""`challenge` and `challengers`: versions beside the champion, each with its share of traffic."""

from __future__ import annotations

from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import ChallengersResult
from relevo.model.challenge import challenge as begin
from relevo.model.challenge import stop_challenge
from relevo.store.records import ChallengerRecord


def challenge(
    project: Project, version: int, *, mirror: float = 1.0, canary: float = 0.0, stop: bool = False
) -> ChallengersResult:
    """Let a version stand beside the champion, change its shares, or end that; gives all.

    Raises
    ------
    OptionMistake
        When a share is not within 0 and 1, or all canaries together are more than 1.
    ModelMistake
        When there is no such version, a file of it was changed, it is the champion, or it is to
        stop and does not stand there.

    """
    with recorded(project, "challenge", version=version):
        now = project.now()
        if stop:
            stop_challenge(project.store, version, now)
        else:
            challenger = ChallengerRecord(version, mirror, canary, now)
            begin(project.store, project.state, challenger)
        return challengers(project)


def challengers(project: Project) -> ChallengersResult:
    """The versions beside the champion, by number."""
    return ChallengersResult(tuple(project.store.challengers()))
