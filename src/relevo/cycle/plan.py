"""`plan_turn`: what a renewal will do, written down before it does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import polars as pl

from relevo.cycle.known import KnownRows
from relevo.cycle.project import Project
from relevo.cycle.situation import situation
from relevo.cycle.versions import known_until
from relevo.model.lineage import Lineage
from relevo.model.model import Model
from relevo.renew.division import new_rows
from relevo.renew.policy import Decision, decide
from relevo.renew.replicas import How
from relevo.store.ids import new_id
from relevo.store.records import StandingRecord, TurnRecord, VersionRecord

_HOWS: Mapping[str, tuple[How, ...]] = {
    "nothing": (),
    "fine-tune": ("fine-tune",),
    "scratch": ("scratch",),
    "both": ("fine-tune", "scratch"),
}


@dataclass(frozen=True)
class Plan:
    """What a renewal will do.

    Attributes
    ----------
    turn
        Its name in the store; empty when there is nothing to do.
    hows
        The replicas that it wants.
    done
        Those of them that are trained already, or failed: a killed renewal got so far.
    why, reason, numbers
        The decision: in words, as a key, and what it stands on.
    next_look
        When there can be something new to decide; None when not known.
    failures
        Why a replica could not be trained, by how it was to be.

    """

    turn: str
    hows: tuple[How, ...]
    why: str
    reason: str
    numbers: Mapping[str, Any]
    done: frozenset[str] = frozenset()
    next_look: datetime | None = None
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def left(self) -> tuple[How, ...]:
        """The replicas that are still to be trained."""
        return tuple(how for how in self.hows if how not in self.done)

    def detail(self, champion: int) -> dict[str, Any]:
        """As the store keeps it."""
        return {
            "champion": champion,
            "hows": list(self.hows),
            "why": self.why,
            "reason": self.reason,
            "numbers": dict(self.numbers),
            "failures": self.failures,
        }


def plan_turn(project: Project, champion: Model, known: KnownRows) -> Plan:
    """The plan of a renewal that was killed, when there is one; else a new one, written down."""
    store = project.store
    unfinished = store.unfinished_turn()
    if unfinished is not None:
        if unfinished.detail["champion"] == champion.version:
            return _resumed(unfinished, store.standing())
        store.end_turn(unfinished.turn, project.now())
    decision = decided(project, champion, known)
    plan = Plan(
        new_id(project.now()) if decision.action != "nothing" else "",
        _HOWS[decision.action],
        decision.why,
        decision.reason,
        decision.numbers,
        next_look=decision.next_look,
    )
    if plan.turn:
        record = TurnRecord(plan.turn, project.now(), "replicas", plan.detail(champion.version))
        store.begin_turn(record)
    return plan


def decided(project: Project, champion: Model, known: KnownRows) -> Decision:
    """What the policy says of the present."""
    return decide(situation(project, champion, known, untried_rows(project, champion, known)))


def untried_rows(project: Project, champion: Model, known: KnownRows) -> pl.Series:
    """Which rows no replica of the champion was judged on yet, shape `(n_rows,)`."""
    return new_rows(known.frame, known.arrived, _tried(project, champion), project.problem)


def _tried(project: Project, champion: Model) -> Lineage:
    """Up to where rows are known to the champion or to its newest replica."""
    versions = [
        one.version
        for one in project.store.standing()
        if one.champion == champion.version and one.role == "challenger"
    ]
    if not versions:
        return champion.lineage
    return _lineage_of(project.store.version(max(versions)), champion.lineage)


def _lineage_of(record: VersionRecord, like: Lineage) -> Lineage:
    """The lineage of a version, as far as it says which rows the version knows."""
    created_at = record.created_at.astimezone(UTC)
    return replace(like, created_at=created_at, known_until=known_until(record))


def _resumed(turn: TurnRecord, standing: list[StandingRecord]) -> Plan:
    detail = turn.detail
    trained = {str(one.detail["how"]) for one in standing if one.turn == turn.turn}
    return Plan(
        turn.turn,
        tuple(detail["hows"]),
        detail["why"],
        detail["reason"],
        detail["numbers"],
        frozenset(trained | set(detail["failures"])),
        failures=dict(detail["failures"]),
    )
