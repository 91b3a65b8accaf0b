"""`Cause`: what has most likely happened to the data or to the world, and on what evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from relevo.words import say

CauseKind = Literal[
    "units",
    "missing",
    "filler",
    "constant",
    "relabelled",
    "permuted",
    "swapped",
    "rounded",
    "duplicated",
    "population",
    "relation",
    "harmless",
    "unknown",
]
Confidence = Literal["almost certain", "likely", "possible"]

FAULTS: frozenset[CauseKind] = frozenset(
    {
        "units", "missing", "filler", "constant", "relabelled", "permuted", "swapped", "rounded",
        "duplicated",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Cause:
    """The likely cause of one or more alarms; it says its evidence in the language in force.

    Attributes
    ----------
    kind
        A data fault (`FAULTS`), `"population"` (the inputs moved, the relation holds),
        `"relation"` (the same rows now end otherwise), `"harmless"` (moved, and the model does
        not feel it) or `"unknown"` (it cannot be told, for want of labels or of rows).
    columns
        Those that it is about; none when it is about the rows as a whole.
    confidence
        In plain words.
    rows
        How many rows of the newest window it touches.
    p_value
        How likely such evidence is by chance.
    shape
        Which of the kind's sentences says the evidence.
    values
        What stands in that sentence.
    segment
        The only segment where it is so; empty when it is so everywhere.

    """

    kind: CauseKind
    columns: tuple[str, ...]
    confidence: Confidence
    rows: int
    p_value: float
    shape: str = "said"
    values: Mapping[str, str] = field(default_factory=dict)
    segment: str = ""

    @property
    def is_fault(self) -> bool:
        """Whether the data are at fault, and not the world."""
        return self.kind in FAULTS

    def text(self) -> str:
        """The evidence as a sentence, with how certain it is."""
        values = {"columns": ", ".join(self.columns), "rows": self.rows, **self.values}
        said = say(f"cause.{self.kind}.{self.shape}", **values)
        sure = say(f"cause.confidence.{self.confidence.replace(' ', '_')}")
        where = say("cause.only_in", segment=self.segment) if self.segment else ""
        return f"{said}{where} ({sure})."
