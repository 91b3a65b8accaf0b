"""`ReasonCoder`: reason codes of a model's refusals, ready for many rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.errors import OptionMistake
from relevo.explain.decisions.column_features import ColumnFeatures
from relevo.explain.decisions.fit_row import fit_rows
from relevo.explain.decisions.phrases import Phrases
from relevo.explain.decisions.reference import reference_rows
from relevo.explain.decisions.refusal import Refusal
from relevo.explain.decisions.row_codes import Code, RowCodes
from relevo.explain.decisions.typical import spreads, typical_values
from relevo.model.model import Model
from relevo.prepare.number import Number
from relevo.words import say

Floats = NDArray[np.float64]

_CHANGES = 8
_TINY = 0.01  # of a column's spread
# What pushes less than this share of the strongest push is no principal reason.
_LEAST_SHARE = 0.05
_SURE = 1e-9


@dataclass(frozen=True)
class _Pushes:
    """What the columns of refused rows push, and what is known of it.

    Attributes
    ----------
    own
        Of the rows themselves, `(n_rows, n_columns)`.
    changed
        Of each row's tiny changes, `(n_rows, n_changes, n_columns)`.
    base, score
        `(n_rows,)`.
    effect
        By how much the log-odds fall with the column at its typical value, `(n_rows, n_columns)`.

    """

    own: Floats
    changed: Floats
    base: Floats
    score: Floats
    effect: Floats


class ReasonCoder:
    """Reason codes of refusals.

    Parameters
    ----------
    model
        The model that decides.
    reference
        Rows such as it was trained on; what is typical is then what is typical of those of them
        that it does not refuse. Without them, the contract's usual values are.
    lang
        Language of the texts.
    n
        The most codes of one row; the problem's `explain.most_reasons` when None.
    seed
        Of the tiny changes.

    Raises
    ------
    OptionMistake
        When the model predicts a number, the refusal is no class of it, or `n` is below one.

    """

    def __init__(
        self,
        model: Model,
        reference: Any = None,
        lang: str | None = None,
        n: int | None = None,
        seed: int = 0,
    ) -> None:
        self.model = model
        self.refusal = Refusal.of(model)
        self.most = model.problem.explain.most_reasons if n is None else n
        if self.most < 1:
            raise OptionMistake("decision.bad_count", n=n)
        self._phrases = Phrases(model.problem, lang)
        self._features = ColumnFeatures(model.preparation)
        rows = reference_rows(model, reference)
        self.typical = typical_values(model.contract, None if rows is None else self._kept(rows))
        self._tiny = self._tiny_changes(spreads(model.contract, rows), seed)

    def __call__(self, rows: Any) -> tuple[RowCodes, ...]:
        """The codes of rows: a table, one mapping, or one mapping per row.

        Raises
        ------
        DataMistake
            When a row breaks the model's contract.

        """
        fit = fit_rows(self.model, rows)
        prepared = [self.model.preparation.row(row) for row in fit]
        return self.codes(prepared, fit, [self.model.answer(row) for row in prepared])

    def codes(
        self,
        prepared: Sequence[Floats],
        rows: Sequence[Mapping[str, Any]],
        predicted: Sequence[dict[str, Any]],
    ) -> tuple[RowCodes, ...]:
        """The codes of rows that are prepared and predicted already, in their order."""
        refused = [at for at, one in enumerate(predicted) if one["label"] == self.refusal.label]
        if not refused:
            return tuple(map(self._not_refused, prepared, predicted))
        pushes = self._pushes(np.array([prepared[at] for at in refused]))
        found = {
            at: self._of_row(pushes, place, rows[at], predicted[at])
            for place, at in enumerate(refused)
        }
        return tuple(
            found[at] if at in found else self._not_refused(prepared[at], predicted[at])
            for at in range(len(rows))
        )

    def _pushes(self, values: Floats) -> _Pushes:
        around = np.concatenate([values[:, np.newaxis], values[:, np.newaxis] + self._tiny], axis=1)
        n_rows, n_around, n_features = around.shape
        flat = around.reshape(-1, n_features)
        scores = self.model.predictor.scores(self._features.matrix(flat))
        weights = self.refusal.direction(scores[::n_around])
        parts = _weighed(self._contributions(flat, scores, n_around), weights)
        per_column = self._features.sums(parts[:, :-1]).reshape(n_rows, n_around, -1)
        base = parts[::n_around, -1]
        return _Pushes(
            per_column[:, 0],
            per_column[:, 1:],
            base,
            base + per_column[:, 0].sum(axis=1),
            self._effects(values, scores[::n_around], per_column[:, 0]),
        )

    def _contributions(self, rows: Floats, scores: Floats, n_around: int) -> Floats:
        """The contributions of rows of which each `n_around` in turn are one and its changes.

        Where a change leaves the very same score, trees have given it the same leaves, and so the
        same contributions, which cost a hundred times what scores do.
        """
        places = np.arange(len(rows))
        own = places - places % n_around
        source = np.where((scores == scores[own]).all(axis=1), own, places)
        tried, place = np.unique(source, return_inverse=True)
        found: Floats = self.model.predictor.contributions(self._features.matrix(rows[tried]))
        return found[place]

    def _effects(self, values: Floats, scores: Floats, own: Floats) -> Floats:
        """By how much each column that may be stated lets the log-odds fall, tried one by one."""
        rows, columns = np.nonzero(self._statable & (own > 0))
        effect = np.zeros(own.shape)
        if len(rows):
            tried = np.where(self._features.held[columns], self._typical_row, values[rows])
            after = self.model.predictor.scores(self._features.matrix(tried))
            before = self.refusal.log_odds(scores)
            effect[rows, columns] = before[rows] - self.refusal.log_odds(after)
        return effect

    def _of_row(
        self, pushes: _Pushes, place: int, row: Mapping[str, Any], predicted: dict[str, Any]
    ) -> RowCodes:
        own, changed = pushes.own[place], pushes.changed[place]
        around = np.vstack([own, changed])
        fit = (pushes.effect[place] > _SURE) & (own > 0)
        named = self._named(changed, fit)
        stable = named.mean(axis=0)
        mean = np.where(fit, around.mean(axis=0), 0.0)
        chosen = np.flatnonzero(mean > _LEAST_SHARE * mean.max(initial=0.0))
        order = np.lexsort((-mean[chosen], stable[chosen] < 1.0))[: self.most]
        chosen = chosen[order]
        same = np.zeros(len(own), np.bool_)
        same[chosen] = True
        codes = tuple(
            self._code(
                column, row, own[column], pushes.effect[place, column], float(stable[column])
            )
            for column in chosen.tolist()
        )
        return RowCodes(
            predicted,
            True,
            codes,
            float((named == same).all(axis=1).mean()),
            float(pushes.score[place]),
            float(pushes.base[place]),
            float(own.sum() - own[chosen].sum()),
            "" if codes else say("decision.no_code", self._phrases.lang),
        )

    def _named(self, pushes: Floats, fit: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which columns each change of the row would name by its own pushes, shape as `pushes`."""
        counted = np.where(fit, pushes, 0.0)
        named: NDArray[np.bool_] = counted > _LEAST_SHARE * counted.max(axis=1, keepdims=True)
        order = np.argsort(-counted, axis=1, kind="stable")
        np.put_along_axis(named, order[:, self.most :], False, axis=1)
        return named & (counted > 0.0)

    def _code(
        self, place: int, row: Mapping[str, Any], push: float, effect: float, stable: float
    ) -> Code:
        column = self._features.columns[place]
        value, typical = row.get(column), self.typical[column]
        text = say(
            f"decision.code.{self._kind(column, value, typical)}",
            self._phrases.lang,
            phrase=self._phrases.opening(column),
            value=self._phrases.value(value),
            typical=self._phrases.value(typical),
        )
        return Code(column, value, typical, float(push), float(effect), stable, text)

    def _kind(self, column: str, value: Any, typical: Any) -> str:
        kind = self.model.contract[column].type
        if kind == "text":
            return "text"
        if value is None:
            return "missing"
        if kind == "number":
            return "above" if value > typical else "below"
        return "other"

    def _not_refused(self, prepared: Floats, predicted: dict[str, Any]) -> RowCodes:
        scores = self.model.predictor.scores_row(prepared)[np.newaxis]
        score = float((scores * self.refusal.direction(scores)).sum())
        return RowCodes(predicted, False, (), 1.0, score, 0.0, score)

    @cached_property
    def _statable(self) -> NDArray[np.bool_]:
        """Which columns may be stated: not those that are held back, and only what can be tried."""
        roles, explain = self.model.problem.roles, self.model.problem.explain
        never = {*roles.sensitive, *explain.not_reasons, *roles.not_predictors()}
        contract, typical = self.model.contract, self.typical
        return np.array(
            [
                column not in never
                and (typical[column] is not None or contract[column].type == "text")
                for column in self._features.columns
            ],
            np.bool_,
        )

    @cached_property
    def _typical_row(self) -> Floats:
        """Every column at its typical value, prepared; a text is empty."""
        return self.model.preparation.row(self.typical)

    def _tiny_changes(self, spread: Mapping[str, float], seed: int) -> Floats:
        """What is added to a prepared row, `(n_changes, n_features)`: in pairs that cancel."""
        reach = np.zeros(len(self.model.preparation.features))
        for step in self.model.preparation.steps:
            if isinstance(step, Number):
                reach[self._features.places[step.column]] = _TINY * spread.get(step.column, 0.0)
        signs = np.random.default_rng(seed).choice([-1.0, 1.0], (_CHANGES // 2, len(reach)))
        return np.concatenate([signs, -signs]) * reach

    def _kept(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows that are not refused."""
        labels = self.model.predict_table(rows)["prediction"]
        return rows.filter(labels != self.refusal.label)


def _weighed(parts: Floats, weights: Floats) -> Floats:
    """One sum over the outputs for each feature, `(n_parts, n_features + 1)`.

    `parts` has so many rows in turn for each row of `weights`, `(n_rows, n_outputs)`.
    """
    repeated = np.repeat(weights, len(parts) // len(weights), axis=0)
    summed: Floats = np.einsum("rof,ro->rf", parts, repeated)
    return summed
