"""`conclude`: what the looks of a renewal come to, written down in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from relevo.cycle.alpha import alpha_of_next
from relevo.cycle.judge import Look, numbers
from relevo.cycle.project import Project
from relevo.model.hashes import verify
from relevo.store.aliases import CHAMPION
from relevo.store.records import DecisionRecord, StandingRecord
from relevo.store.standing import STANDS
from relevo.words import say

# That many replicas stand at once: each takes a process of the endpoint and a share of alpha.
_MOST_STANDING = 3


@dataclass(frozen=True)
class Concluded:
    """What was decided about the champion, and why.

    Attributes
    ----------
    kind
        `promote`, `rollback` or `keep`.
    why
        In words.
    champion
        The one from now on.
    looks
        What was found of each challenger; those that others took the place of say so.

    """

    kind: str
    why: str
    champion: int
    looks: tuple[Look, ...]


def conclude(
    project: Project,
    champion: int,
    looks: Sequence[Look],
    why: str,
    detail: Mapping[str, Any],
    turn: str,
) -> Concluded:
    """Let the best one take over, when there is a better one; else keep the champion.

    Parameters
    ----------
    project, champion
        Whose.
    looks
        What was found of each, the largest gain first.
    why, detail
        What the decision says besides.
    turn
        The renewal.

    """
    best = next((look for look in looks if look.outcome == "better"), None)
    if best is not None:
        return _swapped(project, champion, best, looks, detail, turn)
    return _kept(project, champion, looks, why, detail)


def _swapped(
    project: Project,
    champion: int,
    best: Look,
    looks: Sequence[Look],
    detail: Mapping[str, Any],
    turn: str,
) -> Concluded:
    now, back = project.now(), best.standing.role == "former"
    verify(project.model_folder(best.version))
    why = say(f"follow.{'came_back' if back else 'promoted'}", **words_of(project, best))
    kind = "rollback" if back else "promote"
    told = {**detail, "challengers": [_plain(look) for look in looks]}
    decision = DecisionRecord(kind, why, best.version, champion, told, now)
    ended = [
        replace(one, status="replaced", changed_at=now)
        for one in project.store.standing()
        if one.status == STANDS and one.version != best.version
    ]
    change = [best.changed("promoted", now), *ended]
    if not back and project.problem.renew.probation_days > 0:
        change.append(_probation(project, champion, best, turn, now))
    project.store.move_alias(CHAMPION, best.version, decision, expect=champion, stand=change)
    others = [look if look is best else _replaced(look) for look in looks]
    return Concluded(kind, why, best.version, tuple(others))


def _probation(
    project: Project, champion: int, best: Look, turn: str, now: datetime
) -> StandingRecord:
    """The former champion stands ready, judged on what comes after the rows that decided."""
    days = timedelta(days=project.problem.renew.probation_days)
    until = None if best.until is None else best.until.isoformat()
    return StandingRecord(
        version=champion,
        champion=best.version,
        role="former",
        turn=turn,
        alpha=alpha_of_next(project),
        since=now,
        until=now + days,
        status=STANDS,
        changed_at=now,
        detail={"judged_until": until},
    )


def _kept(
    project: Project, champion: int, looks: Sequence[Look], why: str, detail: Mapping[str, Any]
) -> Concluded:
    now, found = project.now(), _crowded_out(looks)
    change = [
        look.changed(STANDS if look.outcome == "undecided" else look.outcome, now) for look in found
    ]
    told = {**detail, "challengers": [_plain(look) for look in found]}
    told["because"] = [detail.get("reason", ""), *(f"{one.version} {one.outcome}" for one in found)]
    whole = " ".join(filter(None, [*(_sentence(project, look) for look in found), why]))
    decision = DecisionRecord("keep", whole, champion, champion, told, now)
    project.store.change_standing(change)
    project.store.add_decision(decision)
    return Concluded("keep", whole, champion, tuple(found))


def _crowded_out(looks: Iterable[Look]) -> list[Look]:
    """Of too many undecided challengers the least promising ones end."""
    found, standing = [], 0
    for look in looks:
        if look.outcome == "undecided" and look.standing.role == "challenger":
            standing += 1
            look = _replaced(look) if standing > _MOST_STANDING else look
        found.append(look)
    return found


def _replaced(look: Look) -> Look:
    return replace(look, outcome="replaced") if look.outcome == "undecided" else look


def _sentence(project: Project, look: Look) -> str:
    if look.failure:
        return say("follow.not_judged", version=look.version, why=look.failure)
    if look.standing.role == "former":
        key = "stays_ready" if look.outcome == "undecided" else "confirmed"
        return say(f"follow.{key}", version=look.version, champion=look.standing.champion)
    if look.result is None:
        return say("follow.no_rows_yet", version=look.version)
    guarded = look.result.verdict.decision == "promote" and look.guards
    key = look.outcome.replace(" ", "_")
    if guarded:
        key = "guarded_yet" if look.outcome == "undecided" else "guarded"
    elif look.outcome == "given up" and look.result.verdict.hopeless:
        key = "hopeless"
    elif look.result.verdict.interval == (0.0, 0.0):
        key = "unchanged"
    elif key == "undecided" and look.result.verdict.more_needed is None:
        key = "undecided_far"
    return say(f"follow.{key}", **words_of(project, look))


def words_of(project: Project, look: Look) -> dict[str, object]:
    """What the sentences about a look are filled with."""
    assert look.result is not None
    verdict, standing = look.result.verdict, look.standing
    units = verdict.more_needed or 0
    return {
        "version": look.version,
        "champion": standing.champion,
        "how": say(f"renew.{project.store.version(look.version).how}"),
        "gain": f"{verdict.gain:.4g}",
        "low": f"{verdict.interval[0]:.4g}",
        "change": f"{0.0 - verdict.gain:+.4g}",
        "least": f"{0.0 - verdict.interval[1]:+.4g}",
        "most": f"{0.0 - verdict.interval[0]:+.4g}",
        "rows": verdict.rows,
        "units": verdict.units,
        "more": units,
        "labels": round(units * verdict.rows / max(verdict.units, 1)),
        "guards": "; ".join(look.guards),
        "confidence": f"{1 - standing.alpha:.1%}",
    }


def _plain(look: Look) -> dict[str, Any]:
    standing = look.standing
    told = {"version": look.version, "role": standing.role, "alpha": standing.alpha}
    return {**told, **standing.detail, **numbers(look)}
