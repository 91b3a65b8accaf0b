"""`Explanation`: why something alarms, since when, what it costs, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from relevo.picture.number import number
from relevo.watch.cause import Cause, CauseKind
from relevo.words import say

Action = Literal["mend", "aside", "reweigh", "renew", "label", "wait"]

_ACTIONS: dict[CauseKind, Action] = {
    "duplicated": "aside",
    "population": "reweigh",
    "relation": "renew",
    "harmless": "wait",
    "unknown": "label",
}


@dataclass(frozen=True)
class Explanation:
    """Says itself in the language in force.

    Attributes
    ----------
    cause
        With its evidence.
    since
        When it began; None where the rows do not tell.
    cost
        Extra loss a day, in the unit of the problem's costs; None where it is not known.
    update_cost
        What an update costs, in the same unit.

    """

    cause: Cause
    since: datetime | None = None
    cost: float | None = None
    update_cost: float = 0.0

    @property
    def action(self) -> Action:
        """What to do: mend the source, put rows aside, weigh rows, renew, get labels, or wait."""
        if self.cause.shape == "faults_first":
            return "mend"
        if self.cause.shape == "worse":
            return "renew"
        if self.cause.shape == "unlabelled" and self.cause.kind == "population":
            return "label"
        return _ACTIONS.get(self.cause.kind, "mend")

    def because(self) -> str:
        """The evidence, and how certain it is."""
        return self.cause.text()

    def advice(self) -> str:
        """What to do, in one sentence, with what waiting costs."""
        where = say("cause.in", segment=self.cause.segment) if self.cause.segment else ""
        since = say("cause.since", at=f"{self.since:%Y-%m-%d %H:%M}") if self.since else ""
        said = say(
            f"cause.advice.{'after' if self.cause.shape == 'faults_first' else self.action}",
            columns=", ".join(self.cause.columns),
            rows=number(self.cause.rows),
            where=where + since,
        )
        return f"{said}{self._urgency()}."

    def _urgency(self) -> str:
        if not self.cost or self.cost <= 0 or self.action == "wait":
            return ""
        said = say("cause.urgency.cost", cost=number(self.cost, 3))
        if self.action in ("renew", "reweigh") and self.update_cost > 0:
            days = number(self.update_cost / self.cost, 2)
            said += say("cause.urgency.pays", days=days)
        return said
