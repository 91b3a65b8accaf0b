"""`RowFinding`: what is wrong with one value of a row."""

from __future__ import annotations

from dataclasses import dataclass, field

from relevo.data.names import nearest_name
from relevo.data.reactions import Reaction
from relevo.words import say


@dataclass(frozen=True)
class RowFinding:
    """What is wrong with one value of a row.

    Attributes
    ----------
    column, rule
        Which column breaks which rule.
    expected, got
        What the contract asks for and what came, in words.
    reaction
        What is done with the row: it is refused; or answered with a warning, the value as
        it came, read or missing (`warn`), or the column's usual value in its place (`impute`).
    names
        Among which the right one may be: the columns, the categories, or, of a missing column,
        the unknown ones that came.

    """

    column: str
    rule: str
    expected: str
    got: str
    reaction: Reaction = "refuse"
    names: tuple[str, ...] = field(default=(), repr=False, compare=False)

    @property
    def refuse(self) -> bool:
        """Whether the row is refused; otherwise it is answered with a warning."""
        return self.reaction == "refuse"

    def nearest(self) -> str:
        """The nearest of `names`, or an empty text; up to milliseconds, so ask for few findings."""
        return nearest_name(self.got if self.rule == "categories" else self.column, self.names)

    def hint(self) -> str:
        """A sentence that names the nearest, or an empty text."""
        near = self.nearest()
        key = "contract.missing.near" if self.rule == "missing" else "words.nearest"
        return say(key, name=near, column=self.column) if near else ""
