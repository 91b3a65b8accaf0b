"""`Counterfactuals`: what would turn a decision, or why nothing does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload


@dataclass(frozen=True)
class Change:
    """One column that would have to be another.

    Attributes
    ----------
    column, before, after
        The column, what the row holds, and what it would have to hold.
    text
        The same in words.

    """

    column: str
    before: Any
    after: Any
    text: str


@dataclass(frozen=True)
class Counterfactual:
    """A row that differs in little and is predicted otherwise.

    Attributes
    ----------
    row
        The whole row, changed, its id and weight beside it; it keeps the model's contract.
    changes
        What differs, the least first.
    prediction
        What the model says of that row, as `Model.predict_row` gives it.
    distance
        The sum of the changes: standard deviations of a number, 1 for another category.
    plausible
        Whether a real row is as near to it as real rows are to each other (or as one is to the row
        it comes from); None when no real rows were given.
    text
        All changes in one sentence.

    """

    row: dict[str, Any]
    changes: tuple[Change, ...]
    prediction: dict[str, Any]
    distance: float
    plausible: bool | None
    text: str


@dataclass(frozen=True)
class Counterfactuals(Sequence[Counterfactual]):
    """The counterfactuals of one row, the least change first.

    Attributes
    ----------
    found
        Each verified with the model; none holds all the changes of another.
    why
        When there is none: why. When there are fewer than asked for: that too. Else empty.
    blocked_by
        When there is none: the columns that would have to move and cannot, as far as the time
        sufficed to look for them.
    best
        When there is none: the best that was reached, which is not what is wanted.
    seconds
        Time taken.

    """

    found: tuple[Counterfactual, ...]
    why: str = ""
    blocked_by: tuple[str, ...] = ()
    best: Counterfactual | None = None
    seconds: float = 0.0

    @overload
    def __getitem__(self, at: int) -> Counterfactual: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Counterfactual, ...]: ...
    def __getitem__(self, at: int | slice) -> Counterfactual | tuple[Counterfactual, ...]:
        return self.found[at]

    def __len__(self) -> int:
        return len(self.found)

    def __iter__(self) -> Iterator[Counterfactual]:
        return iter(self.found)
