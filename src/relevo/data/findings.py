"""What a check found: each finding names the column, the rule, what was expected and what came."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One broken rule.

    Attributes
    ----------
    column
        The column's name, or an empty string for a rule about the whole table.
    rule
        The rule's name in the contract (`type`, `range`, `categories`, `missing`, ...).
    expected, got
        What the contract asks for and what the data hold, in words.
    rows
        How many rows break the rule.

    """

    column: str
    rule: str
    expected: str
    got: str
    rows: int


@dataclass(frozen=True)
class Findings:
    """Everything that a check found, the gravest first; `ok` when nothing was."""

    findings: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the data keep the contract."""
        return not self.findings
