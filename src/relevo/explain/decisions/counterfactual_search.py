"""`CounterfactualSearch`: counterfactuals of a model's decisions, ready for many rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.errors import OptionMistake, nearest
from relevo.explain.decisions.column_features import ColumnFeatures
from relevo.explain.decisions.column_values import ColumnValues, Direction
from relevo.explain.decisions.counterfactual import Counterfactual, Counterfactuals
from relevo.explain.decisions.counterfactual_words import CounterfactualWords, said
from relevo.explain.decisions.fit_row import fit_row
from relevo.explain.decisions.nearness import Nearness
from relevo.explain.decisions.phrases import Phrases
from relevo.explain.decisions.reference import reference_rows
from relevo.explain.decisions.turned_state import State
from relevo.explain.decisions.turning import TimeUp, Turning
from relevo.explain.decisions.typical import spreads
from relevo.explain.decisions.wanted import Wanted
from relevo.model.model import Model

Floats = NDArray[np.float64]
_SLACK = 1e-5  # of distances, which are added up in single precision
_JUDGED_AT_ONCE = 32
# So many more columns may change for the sake of a plausible row.
_FURTHER_LEVELS = 2


@dataclass(frozen=True)
class _Case:
    """One row that is to be turned; `beside` is what the model does not learn from."""

    row: dict[str, Any]
    beside: dict[str, Any]
    prepared: Floats
    wanted: Wanted
    n: int
    budget: Budget
    near: float


@dataclass
class _Picked:
    """What is given of the states that were found, and what is kept for want of better."""

    n: int
    states: list[State] = field(default_factory=list)
    found: list[Counterfactual] = field(default_factory=list)
    spare: list[tuple[State, Counterfactual]] = field(default_factory=list)

    @property
    def full(self) -> bool:
        return len(self.found) == self.n

    def add(self, state: State, one: Counterfactual) -> None:
        if not self.full:
            self.states.append(state)
            self.found.append(one)


class CounterfactualSearch:
    """Counterfactuals of a model's decisions.

    Parameters
    ----------
    model
        The model that decides.
    reference
        Rows such as it was trained on: columns are changed to values that occur there, and a
        counterfactual is to be as near to one of them as they are to each other. Without them
        columns are changed within the contract's usual range and to its frequent categories.
    immutable
        Columns that cannot change, besides those in `explain.immutable`, the sensitive ones, and
        the time, site, device, weight and id of the row.
    lang
        Language of the texts.

    Raises
    ------
    OptionMistake
        When the model does not know an immutable column, or every column is immutable.

    """

    def __init__(
        self,
        model: Model,
        reference: Any = None,
        immutable: Iterable[str] = (),
        lang: str | None = None,
    ) -> None:
        self.model = model
        self._words = CounterfactualWords(Phrases(model.problem, lang))
        self._features = ColumnFeatures(model.preparation)
        immutable = (immutable,) if isinstance(immutable, str) else tuple(immutable)
        self._directions = self._directions_of(immutable)
        rows = reference_rows(model, reference)
        spread = spreads(model.contract, rows)
        self._values = [
            ColumnValues.of(
                model.contract[column],
                [step for step in model.preparation.steps if step.column == column],
                self._features,
                spread.get(column, 0.0),
                None if rows is None else rows[column],
            )
            for column in self._features.columns
        ]
        self._nearness = (
            None
            if rows is None or rows.is_empty()
            else Nearness(model.preparation, model.preparation.table(rows), spread)
        )

    def __call__(
        self,
        row: Mapping[str, Any],
        wanted: Any,
        n: int = 1,
        time_limit: str | float | Budget = "1s",
    ) -> Counterfactuals:
        """The counterfactuals of one row; parameters and mistakes as in `counterfactuals`."""
        budget = time_limit if isinstance(time_limit, Budget) else Budget.parse(time_limit)
        if n < 1:
            raise OptionMistake("decision.bad_count", n=n)
        aim = Wanted.of(self.model, wanted, self._words.lang)
        fit = fit_row(self.model, row)
        prepared = self.model.preparation.row(fit)
        if aim.met(answer := self.model.answer(prepared)):
            raise OptionMistake("counterfactual.already", wanted=aim.text, came=said(answer))
        near = np.inf
        if self._nearness:
            near = max(self._nearness.usual, float(self._nearness(prepared[np.newaxis])[0]))
        return self._found(_Case(fit, self._beside(row), prepared, aim, n, budget, near + _SLACK))

    def _beside(self, row: Mapping[str, Any]) -> dict[str, Any]:
        optional = {column.name for column in self.model.contract.columns if not column.required}
        kept = optional - {self.model.problem.target}
        return {name: value for name, value in row.items() if name in kept}

    def _found(self, case: _Case) -> Counterfactuals:
        budget, turning = case.budget, self._turning(case, self._directions)
        found, late = self._collected(case, turning)
        if found:
            why = (
                "" if len(found) == case.n else self._words.fewer(len(found), case.n, budget, late)
            )
            return Counterfactuals(tuple(found), why, seconds=budget.used)
        blocked = () if late else self._blocked(case)
        best = self._of(case, turning, turning.best)
        why = self._words.none(case.wanted.text, best, blocked, budget if late else None)
        return Counterfactuals((), why, blocked, best, budget.used)

    def _collected(self, case: _Case, turning: Turning) -> tuple[list[Counterfactual], bool]:
        """At most `n` counterfactuals, and whether the time was up before the search's end.

        Each changes columns of its own first, and the same ones to clearly other values then;
        implausible ones are taken where there are not enough others.
        """
        picked, levels, late = _Picked(case.n), 0, False
        seen: list[State] = []
        try:
            for level in turning.levels():
                seen += level
                self._pick(case, turning, picked, level, other_columns=True)
                levels += bool(picked.spare)
                if picked.full or levels > _FURTHER_LEVELS:
                    break
            self._pick(case, turning, picked, seen, other_columns=False)
        except TimeUp:
            late = True
        for state, one in picked.spare:
            if not any(other.columns <= state.columns for other in picked.states):
                picked.add(state, one)
        return picked.found, late and not picked.full

    def _pick(
        self,
        case: _Case,
        turning: Turning,
        picked: _Picked,
        states: Iterable[State],
        *,
        other_columns: bool,
    ) -> None:
        """Add what is plausible, verified, and unlike what is picked."""
        for part in _batches(states, _JUDGED_AT_ONCE):
            if picked.full:
                return
            plausible = self._plausible(case, [turning.row(state) for state in part])
            judged = list(zip(part, plausible, strict=True))
            turning.reject(state for state, is_plausible in judged if is_plausible is False)
            for state, is_plausible in judged:
                if is_plausible is False and len(picked.spare) >= case.n:
                    continue
                if any(self._alike(turning, state, one, other_columns) for one in picked.states):
                    continue
                one = self._verified(case, turning, state)
                if one is not None and one.plausible is False:
                    picked.spare.append((state, one))
                elif one is not None:
                    picked.add(state, one)

    def _alike(self, turning: Turning, state: State, taken: State, other_columns: bool) -> bool:
        if other_columns or state.columns != taken.columns:
            return taken.columns <= state.columns
        return not turning.apart(state, taken)

    def _verified(self, case: _Case, turning: Turning, state: State) -> Counterfactual | None:
        """The counterfactual of a state, put through the model again; None when it does not hold"""
        with suppress(TimeUp):
            state = turning.refined(state)
        one = self._of(case, turning, state)
        if self.model.check_row(one.row).refuse or not case.wanted.met(one.prediction):
            return None
        return one

    def _of(self, case: _Case, turning: Turning, state: State) -> Counterfactual:
        changes = tuple(
            self._words.change(column, case.row.get(column), value)
            for column, value in turning.changed(state)
        )
        row = case.row | case.beside | {change.column: change.after for change in changes}
        answer = self.model.predict_row(row)
        [plausible] = self._plausible(case, [turning.row(state)])
        text = self._words.sentence(answer, changes)
        return Counterfactual(row, changes, answer, state.distance, plausible, text)

    def _plausible(self, case: _Case, rows: list[Floats]) -> list[bool | None]:
        if self._nearness is None:
            return [None] * len(rows)
        judged: list[bool | None] = (self._nearness(np.array(rows)) <= case.near).tolist()
        return judged

    def _turning(self, case: _Case, directions: Mapping[str, Direction]) -> Turning:
        moves = [
            values.moves(case.row.get(values.column), directions[values.column])
            for values in self._values
        ]
        matrix, predict = self._features.matrix, self.model.predictor.predict

        def score(rows: Floats) -> Floats:
            return case.wanted.scores(predict(matrix(rows)))

        return Turning(case.prepared, moves, score, case.wanted.margin, case.budget)

    def _blocked(self, case: _Case) -> tuple[str, ...]:
        """The columns that cannot move and would have to, as few as can be."""
        turning = self._turning(case, dict.fromkeys(self._directions, "both"))
        try:
            for level in turning.levels():
                blocked = [self._forbidden(turning, state) for state in level]
                if blocked:
                    return min(blocked, key=len)
        except TimeUp:
            pass
        return ()

    def _forbidden(self, turning: Turning, state: State) -> tuple[str, ...]:
        rises = turning.rises(state)
        allowed = {"both": (True, False), "up": (True,), "down": (False,), "none": ()}
        return tuple(c for c, up in rises.items() if up not in allowed[self._directions[c]])

    def _directions_of(self, immutable: tuple[str, ...]) -> dict[str, Direction]:
        contract, explain = self.model.contract, self.model.problem.explain
        for name in immutable:
            if name not in contract:
                raise OptionMistake(
                    "counterfactual.unknown_column",
                    column=name,
                    known=", ".join(self._features.columns),
                    hint=nearest(name, contract.names),
                )
        roles = self.model.problem.roles
        fixed = {*immutable, *explain.immutable, *roles.sensitive, *roles.not_predictors()}
        fixed |= {name for name in (roles.time, roles.site) if name}
        directions = {
            column: _direction(
                column in fixed, column in explain.only_rises, column in explain.only_falls
            )
            for column in self._features.columns
        }
        if set(directions.values()) == {"none"}:
            raise OptionMistake("counterfactual.nothing_mutable", columns=", ".join(directions))
        return directions


def _direction(fixed: bool, rises: bool, falls: bool) -> Direction:
    if fixed or (rises and falls):
        return "none"
    return "up" if rises else "down" if falls else "both"


def _batches(states: Iterable[State], size: int) -> Iterator[list[State]]:
    left = iter(states)
    while part := list(islice(left, size)):
        yield part
