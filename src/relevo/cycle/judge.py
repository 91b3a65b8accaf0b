"""`judge`: the champion against each version that stands beside it, on all rows so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import isnan
from pathlib import Path
from typing import Any, Literal

import polars as pl

from relevo.cycle.known import KnownRows
from relevo.cycle.project import Project
from relevo.cycle.results import ChallengerRow
from relevo.errors import ModelMistake
from relevo.model.build import newest
from relevo.model.folder import load_model, model_table
from relevo.model.model import Model
from relevo.renew.contest import Contender, Result, contest
from relevo.renew.division import new_rows
from relevo.renew.forgetting import forgotten
from relevo.renew.unseen import after, newer, unseen
from relevo.store.records import StandingRecord

Outcome = Literal["better", "undecided", "given up", "too old", "replaced", "failed"]


@dataclass(frozen=True)
class Look:
    """What a look at one of them found.

    Attributes
    ----------
    standing
        Where it stood before.
    outcome
        `better`: it takes over; `undecided`: it goes on standing; or how it ends.
    result
        The duel; None when there are no rows yet, or it failed.
    until
        The newest time among the judged rows, when rows have times.
    failure
        Why it could not be judged; empty when it could.

    """

    standing: StandingRecord
    outcome: Outcome
    result: Result | None
    until: datetime | None = None
    failure: str = ""

    @property
    def version(self) -> int:
        """The version that was looked at."""
        return self.standing.version

    @property
    def guards(self) -> tuple[str, ...]:
        """The guards that it breaks, in words; what it has forgotten is one of them."""
        return self.result.broken if self.result else ()

    @property
    def gain(self) -> float:
        """How much lower its loss is than the champion's; minus infinity when not known."""
        return self.result.verdict.gain if self.result else float("-inf")

    def changed(self, status: str, now: datetime) -> StandingRecord:
        """Where it stands after the look."""
        found = {**self.standing.detail, **numbers(self)}
        return replace(self.standing, status=status, changed_at=now, detail=found)


def judge(
    project: Project, champion: Model, standing: Sequence[StandingRecord], known: KnownRows
) -> list[Look]:
    """Look at each of them once more, the largest gain first."""
    # By the rules of today, not by those that stood in the problem file when it was trained.
    problem = champion.problem.model_copy(update={"renew": project.problem.renew})
    today = replace(champion, problem=problem)
    looks = [_Judging(project, today, one, known).look() for one in standing]
    return sorted(looks, key=lambda look: -look.gain)


@dataclass(frozen=True)
class _Judging:
    project: Project
    champion: Model
    standing: StandingRecord
    known: KnownRows

    def look(self) -> Look:
        try:
            folder = self.project.model_folder(self.standing.version)
            model = load_model(folder)
            rows = self._rows(model, folder)
            if not rows.height:
                return Look(self.standing, self._waits(), None)
            (result,) = contest(
                Contender(self.champion, self.project.model_folder(self.champion.version)),
                [Contender(replace(model, version=self.standing.version), folder)],
                rows,
                alpha=self.standing.alpha,
                days_left=self._days_left(),
            )
            forgot = self._forgotten(result, model, rows)
        except ModelMistake as mistake:
            return Look(self.standing, "failed", None, failure=str(mistake))
        if isnan(result.verdict.gain) and result.verdict.decision == "keep":
            return Look(self.standing, "failed", None, failure="; ".join(result.broken))
        return Look(
            self.standing,
            self._outcome(result, forgot),
            replace(result, broken=(*result.broken, *forgot)),
            newest(rows, self.project.problem.roles.time),
        )

    def _rows(self, model: Model, folder: Path) -> pl.DataFrame:
        """The rows that count; of a former champion, those that came after it was replaced."""
        known, standing = self.known, self.standing
        time = self.project.problem.roles.time
        if standing.role == "challenger":
            kept = model_table(folder, "judged")
            lineage = self.champion.lineage
            problem = self.project.problem
            return unseen(known.frame, known.arrived, lineage, model.lineage, problem, kept)
        until = standing.detail.get("judged_until")
        if time and until:
            return newer(known.frame, time, datetime.fromisoformat(until))
        return known.frame.filter(after(known.arrived, standing.since))

    def _forgotten(self, result: Result, model: Model, rows: pl.DataFrame) -> tuple[str, ...]:
        """By a fine-tuned one that would take over, in words."""
        if not result.better or self.standing.detail.get("how") != "fine-tune":
            return ()
        new = new_rows(
            self.known.frame, self.known.arrived, self.champion.lineage, self.project.problem
        )
        old, proven = self.known.frame.filter(~new), result.verdict.interval[0]
        return forgotten(self.champion, model, old, rows, proven)

    def _outcome(self, result: Result, forgot: tuple[str, ...]) -> Outcome:
        if result.better and not forgot:
            return "better"
        # What is forgotten today the rows of tomorrow may show to be no longer true.
        undecided = result.verdict.decision == "undecided" or result.better
        return self._waits() if undecided else "given up"

    def _days_left(self) -> float | None:
        until = self.standing.until
        return None if until is None else (until - self.project.now()) / timedelta(days=1)

    def _waits(self) -> Outcome:
        until = self.standing.until
        return "too old" if until is not None and self.project.now() >= until else "undecided"


def numbers(look: Look) -> Mapping[str, Any]:
    """What a look found, as plain values for the log."""
    found: dict[str, Any] = {"outcome": look.outcome, "looks": looks_so_far(look.standing) + 1}
    if look.failure:
        found["failure"] = look.failure
    if look.result is not None:
        verdict, result = look.result.verdict, look.result
        found |= {
            "gain": verdict.gain,
            "low": verdict.interval[0],
            "high": verdict.interval[1],
            "rows": verdict.rows,
            "units": verdict.units,
            "more_needed": verdict.more_needed,
            "hopeless": verdict.hopeless,
            "unit": result.unit,
            "risk_left": verdict.risk_left,
            "guards": list(look.guards),
        }
    return found


def looks_so_far(standing: StandingRecord) -> int:
    """How often it was looked at."""
    return int(standing.detail.get("looks", 0))


def challenger_row(project: Project, look: Look) -> ChallengerRow:
    """A look as it is shown."""
    record = project.store.version(look.version)
    verdict = look.result.verdict if look.result else None
    return ChallengerRow(
        version=look.version,
        how=record.how,
        value=record.value,
        interval=(record.low, record.high),
        seconds=record.seconds,
        gain=verdict.gain if verdict else float("nan"),
        gain_interval=verdict.interval if verdict else (float("-inf"), float("inf")),
        broken_guards=look.guards,
        outcome=look.outcome,
        more_needed=verdict.more_needed if verdict else None,
        role=look.standing.role,
    )
