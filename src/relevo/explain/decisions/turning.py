"""`Turning`: the search for the least change of one prepared row that turns its prediction.

A beam over sets of changes: all single ones are tried, then the most promising pairs of them, and
so on; what several changes make together is guessed as the sum of what each makes alone, and tried
where the guess is good. What no set of a few changes turns is climbed to its best.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.explain.decisions.column_values import Moves
from relevo.explain.decisions.turned_state import State, few, holds

Floats = NDArray[np.float64]

_DEEPEST = 5
_USEFUL = 6  # changes of one column that are combined with others
_TRIED = 128  # sets of a size that are tried by each of the two orders
_FIRST_ROWS, _MOST_ROWS_AT_ONCE = 64, 1_024
_SHARE = 0.25  # of the time left that one batch may take
_GAIN = 1e-12


class TimeUp(Exception):
    """The time limit is reached."""


class Turning:
    """The search from one row.

    Parameters
    ----------
    row
        Prepared, shape `(n_features,)`.
    columns
        What each column can be changed to.
    score
        Gives `(n_rows,)` scores of prepared rows `(n_rows, n_features)`.
    margin
        Of scores; at zero and above a row is as wanted.
    budget
        The time limit; it is kept to within one batch of rows.

    Attributes
    ----------
    best
        The state nearest to what is wanted, or furthest within it, so far.
    tried
        How many rows have been predicted.

    """

    def __init__(
        self,
        row: Floats,
        columns: Sequence[Moves],
        score: Callable[[Floats], Floats],
        margin: Callable[[Floats], Floats],
        budget: Budget,
    ) -> None:
        self._row, self._columns, self._budget = row, columns, budget
        self._score, self._margin = score, margin
        self._row_seconds = 0.0
        self._rejected: set[tuple[tuple[int, int], ...]] = set()
        self.tried = 0
        [self._start] = self._batch([()])
        self.best = self._start

    def levels(self) -> Iterator[list[State]]:
        """States that are as wanted, the least changes first; one list per number of changes.

        The last list is what climbing gives where nothing smaller was found; it may have more
        changes than others would need.

        Raises
        ------
        TimeUp
            When the time limit is reached.

        """
        singles = self._states(
            [
                ((column, value),)
                for column, moves in enumerate(self._columns)
                for value in moves.coarse.tolist()
            ]
        )
        yield self._solved(singles, [])
        known, ever = self._kept(singles), any(one.margin >= 0.0 for one in singles)
        done = {one.moves for one in known}
        useful = self._useful([one for one in singles if one.moves not in done])
        states = useful
        for _ in range(2, min(_DEEPEST, len(self._columns)) + 1):
            states = self._grown(states, useful)
            if not states:
                break
            yield self._solved(states, known)
            ever = ever or any(one.margin >= 0.0 for one in states)
            known = known + self._kept(states)
            states = self._beam(states)
        if not ever:
            climbed = self._pruned(self._climbed())
            yield [climbed] if climbed.margin >= 0.0 else []

    def reject(self, states: Iterable[State]) -> None:
        """Say that these do not do, though they are as wanted: more of their columns may change."""
        self._rejected |= {state.moves for state in states}

    def _solved(self, states: Iterable[State], known: Sequence[State]) -> list[State]:
        solved = [one for one in states if one.margin >= 0.0 and not holds(one, known)]
        return sorted(solved, key=lambda state: state.rank)

    def _kept(self, states: Iterable[State]) -> list[State]:
        return [one for one in states if one.margin >= 0.0 and one.moves not in self._rejected]

    def _beam(self, states: Iterable[State]) -> list[State]:
        """The states nearest to what is wanted, and the nearest of those that were rejected."""
        waiting = [one for one in states if one.margin < 0.0 or one.moves in self._rejected]
        ahead = few([one for one in waiting if one.margin < 0.0], lambda one: -one.margin)
        return ahead + few([one for one in waiting if one.margin >= 0.0], lambda one: one.distance)

    def refined(self, state: State) -> State:
        """The state with each number moved back as far as it stays as wanted."""
        for place, (column, value) in enumerate(state.moves):
            moves = self._columns[column]
            if len(moves.coarse) == len(moves.values):
                continue
            nearer = moves.distances < moves.distances[value]
            same_way = moves.rises == moves.rises[value]
            state = self._nearest(state, place, np.flatnonzero(nearer & same_way))
        return state

    def row(self, state: State) -> Floats:
        """The prepared row of a state."""
        changed = self._row.copy()
        for column, value in state.moves:
            changed[self._columns[column].places] = self._columns[column].features[value]
        return changed

    def changed(self, state: State) -> list[tuple[str, Any]]:
        """Column and new value of each change, the least first."""
        by_distance = sorted(
            state.moves, key=lambda move: self._columns[move[0]].distances[move[1]]
        )
        return [(self._columns[at].column, self._columns[at].values[v]) for at, v in by_distance]

    def rises(self, state: State) -> dict[str, bool]:
        """Whether each changed column goes up; False where there is no up."""
        return {self._columns[at].column: bool(self._columns[at].rises[v]) for at, v in state.moves}

    def apart(self, one: State, other: State) -> bool:
        """Whether two states of the same columns differ clearly in one of them."""
        return any(
            self._columns[column].apart(value, there)
            for (column, value), (_, there) in zip(one.moves, other.moves, strict=True)
        )

    def _nearest(self, state: State, place: int, values: NDArray[np.intp]) -> State:
        """The state with the nearest of these values at which it is as wanted, if there is one.

        Sixteen of them are tried, then sixteen between the last that is not and the first that is.
        """
        column = state.moves[place][0]
        order = values[np.argsort(self._columns[column].distances[values])]
        while len(order):
            step = max(1, len(order) // 16)
            tried = self._states(
                [
                    (*state.moves[:place], (column, int(value)), *state.moves[place + 1 :])
                    for value in order[::step]
                ]
            )
            first = next((at for at, one in enumerate(tried) if one.margin >= 0.0), None)
            if first is not None:
                state = tried[first]
            if step == 1 or first == 0:
                break
            stop = len(order) if first is None else first * step
            start = ((len(tried) - 1) if first is None else first - 1) * step + 1
            order = order[start:stop]
        return state

    def _useful(self, singles: Sequence[State]) -> list[State]:
        """Of each column the changes on the front of margin against distance."""
        by_column: dict[int, list[State]] = {}
        for state in sorted(singles, key=lambda state: (-state.margin, state.distance)):
            front = by_column.setdefault(state.moves[0][0], [])
            if not front or state.distance < front[-1].distance:
                front.append(state)
        kept: list[State] = []
        for front in by_column.values():
            chosen = np.unique(np.linspace(0, len(front) - 1, _USEFUL).round().astype(int))
            kept += [front[at] for at in chosen]
        return kept

    def _grown(self, states: Sequence[State], useful: Sequence[State]) -> list[State]:
        """Promising states with one more change, tried."""
        if not states or not useful:
            return []
        gains = np.array([one.score - self._start.score for one in useful])
        margins = self._margin(np.array([one.score for one in states])[:, np.newaxis] + gains)
        distances = np.add.outer([one.distance for one in states], [one.distance for one in useful])
        changed = [one.columns for one in states]
        touched = np.array([[column in those for those in changed] for column in self._all])
        margins[touched[[one.moves[0][0] for one in useful]].T] = -np.inf
        flat = margins.ravel()
        by_margin = np.argsort(-flat, kind="stable")[:_TRIED]
        near = np.where(flat >= 0.0, distances.ravel(), np.inf)
        by_distance = np.argsort(near, kind="stable")[: min(_TRIED, int(np.isfinite(near).sum()))]
        grown = {
            tuple(sorted((*states[at // len(useful)].moves, *useful[at % len(useful)].moves)))
            for at in (*by_margin.tolist(), *by_distance.tolist())
            if flat[at] > -np.inf
        }
        return self._states(sorted(grown))

    @property
    def _all(self) -> range:
        return range(len(self._columns))

    def _climbed(self) -> State:
        """From the best state, change the one column that helps most, until none does."""
        state = self.best
        while state.margin < 0.0:
            held = dict(state.moves)
            tried = self._states(
                [
                    tuple(sorted((held | {column: value}).items()))
                    for column in self._all
                    for value in self._columns[column].coarse.tolist()
                    if held.get(column) != value
                ]
            )
            ahead = max(tried, key=lambda one: one.margin, default=state)
            if ahead.margin <= state.margin + _GAIN:
                break
            state = ahead
        return state

    def _pruned(self, state: State) -> State:
        """Without the changes that are not needed, the largest first."""
        while state.margin >= 0.0 and len(state.moves) > 1:
            fewer = self._states(
                [(*state.moves[:at], *state.moves[at + 1 :]) for at in range(len(state.moves))]
            )
            left = [one for one in fewer if one.margin >= 0.0]
            if not left:
                break
            state = min(left, key=lambda one: one.distance)
        return state

    def _states(self, sets: Sequence[tuple[tuple[int, int], ...]]) -> list[State]:
        """These changes, tried."""
        found: list[State] = []
        while len(found) < len(sets):
            if self._budget.spent:
                raise TimeUp
            part = sets[len(found) : len(found) + self._rows_at_once()]
            found += self._batch(part)
        if found:
            ahead = max(found, key=lambda state: state.margin)
            if ahead.margin > self.best.margin:
                self.best = ahead
        return found

    def _batch(self, sets: Sequence[tuple[tuple[int, int], ...]]) -> list[State]:
        started = perf_counter()
        values = np.repeat(self._row[np.newaxis], len(sets), axis=0)
        distances = np.zeros(len(sets))
        for at, changes in enumerate(sets):
            for column, value in changes:
                moves = self._columns[column]
                values[at, moves.places] = moves.features[value]
                distances[at] += moves.distances[value]
        scores = self._score(values)
        margins = self._margin(scores)
        self.tried += len(sets)
        self._row_seconds = (perf_counter() - started) / len(sets)
        return list(map(State, sets, scores.tolist(), margins.tolist(), distances.tolist()))

    def _rows_at_once(self) -> int:
        if self._row_seconds == 0.0:
            return _FIRST_ROWS
        fit = int(_SHARE * self._budget.remaining / self._row_seconds)
        return max(1, min(_MOST_ROWS_AT_ONCE, fit))
