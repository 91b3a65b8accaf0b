"""`State`: a row with some columns changed, as the search for a counterfactual knows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

_MOST, _MOST_OF_COLUMNS = 24, 3


@dataclass(frozen=True)
class State:
    """A row with some columns changed.

    Attributes
    ----------
    moves
        Column and value of each change, as positions in the moves, by column.
    score, margin
        What is said of it, see `Wanted`.
    distance
        The sum of the changes' distances.

    """

    moves: tuple[tuple[int, int], ...]
    score: float
    margin: float
    distance: float

    @property
    def rank(self) -> tuple[int, float]:
        """Fewest changes first, then the nearest."""
        return len(self.moves), self.distance

    @property
    def columns(self) -> frozenset[int]:
        """The positions of the columns that are changed."""
        return frozenset(column for column, _ in self.moves)


def holds(state: State, known: Sequence[State]) -> bool:
    """Whether some of the state's changes are enough on their own."""
    changes = frozenset(state.moves)
    return any(changes > frozenset(one.moves) for one in known)


def few(states: Iterable[State], order: Callable[[State], float]) -> list[State]:
    """The first of some states, few of each set of columns."""
    kept: list[State] = []
    of_columns: dict[frozenset[int], int] = {}
    for state in sorted(states, key=lambda state: (order(state), state.distance)):
        count = of_columns.get(state.columns, 0)
        if count < _MOST_OF_COLUMNS:
            of_columns[state.columns] = count + 1
            kept.append(state)
        if len(kept) == _MOST:
            break
    return kept
