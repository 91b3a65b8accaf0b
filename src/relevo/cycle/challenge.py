"""`challenge` and `challengers`: versions beside the champion, each with its share of traffic."""

from __future__ import annotations

from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import ChallengersResult, ChallengerStatus
from relevo.model.challenge import challenge as begin
from relevo.model.challenge import stop_challenge
from relevo.score.agreement import agreement
from relevo.store.records import ChallengerRecord
from relevo.store.store import Store

_MOST_COMPARED = 10_000


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
    store = project.store
    return ChallengersResult(tuple(_row(store, one) for one in store.challengers()))


def _row(store: Store, one: ChallengerRecord) -> ChallengerStatus:
    pairs = store.mirrored_pairs(one.version, one.since, _MOST_COMPARED)
    if not pairs:
        return ChallengerStatus(one.version, one.mirror, one.canary, one.since, None)
    found = agreement(
        [pair.answered for pair in pairs],
        [pair.mirrored for pair in pairs],
        [pair.latency_us for pair in pairs],
        [pair.mirrored_latency_us for pair in pairs],
    )
    return ChallengerStatus(one.version, one.mirror, one.canary, one.since, found)
