"""`RowExplainer`: the strongest reasons of rows in words, compiled once for a model and a language.

Kept apart from the model, and dropped with it.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relevo.explain.decisions.column_features import ColumnFeatures
from relevo.explain.decisions.phrases import Phrases
from relevo.model.model import Model
from relevo.words import language, say

_COMPILED: dict[tuple[int, str], RowExplainer] = {}


@dataclass(frozen=True)
class Reason:
    """One column's part in a decision.

    Attributes
    ----------
    column, value
        The column and what the row holds there.
    contribution
        What it adds to the score (see `Attributions.values`).
    text
        The same in words.

    """

    column: str
    value: Any
    contribution: float
    text: str


class RowExplainer:
    """Reasons of prepared rows.

    Parameters
    ----------
    model
        The model that decided.
    lang
        Language of the texts.

    Attributes
    ----------
    seconds
        The least time that a row has taken; infinite before the first.

    """

    def __init__(self, model: Model, lang: str) -> None:
        self.seconds = inf
        self._contributions = model.predictor.contributions_row
        self._features = ColumnFeatures(model.preparation)
        self._phrases = Phrases(model.problem, lang)
        several = len(model.classes) > 2
        self._output = {str(label): at for at, label in enumerate(model.classes)} if several else {}
        self._towards = "" if several or not model.classes else str(model.classes[-1])
        self._templates: dict[tuple[str, bool, str], str] = {}

    @classmethod
    def of(cls, model: Model, lang: str | None = None) -> RowExplainer:
        """The explainer of a model, the same one each time."""
        key = id(model), lang or language()
        found = _COMPILED.get(key)
        if found is None:
            found = _COMPILED[key] = cls(model, key[1])
            weakref.finalize(model, _COMPILED.pop, key, None)
        return found

    def strongest(
        self,
        prepared: NDArray[np.float64],
        row: Mapping[str, Any],
        predicted: Mapping[str, Any],
        n: int,
    ) -> tuple[Reason, ...]:
        """The `n` strongest reasons of one row, in microseconds where contributions are.

        Parameters
        ----------
        prepared
            The row as the preparation gives it, shape `(n_features,)`.
        row, predicted
            The row as it came and what the model said of it.
        n
            How many.

        """
        towards = self._output and str(predicted["label"])
        parts = self._contributions(prepared)[self._output[towards] if towards else 0]
        return self.worded(self._features.sums_row(parts[:-1]), row, predicted, n)

    def worded(
        self,
        contributions: NDArray[np.float64],
        row: Mapping[str, Any],
        predicted: Mapping[str, Any],
        n: int,
    ) -> tuple[Reason, ...]:
        """The `n` strongest of a row's contributions `(n_columns,)`, in words."""
        towards = str(predicted["label"]) if self._output else self._towards
        order = (-np.abs(contributions)).argsort(kind="stable")[:n].tolist()
        values, columns = contributions.tolist(), self._features.columns
        return tuple([self._reason(columns[place], row, values[place], towards) for place in order])

    def reasons(
        self, contributions: Sequence[Any], rows: Sequence[Any], predicted: Sequence[Any], n: int
    ) -> list[tuple[Reason, ...]]:
        """The same of several rows."""
        return [self.worded(*one, n) for one in zip(contributions, rows, predicted, strict=True)]

    def _reason(
        self, column: str, row: Mapping[str, Any], contribution: float, towards: str
    ) -> Reason:
        value = row.get(column)
        key = column, contribution > 0, towards
        template = self._templates.get(key) or self._template(*key)
        text = template.format(self._phrases.value(value), f"{abs(contribution):.3g}")
        return Reason(column, value, contribution, text)

    def _template(self, column: str, raises: bool, towards: str) -> str:
        """The sentence with `{0}` for the value and `{1}` for the size."""
        text = say(
            f"explain.{'raises' if raises else 'lowers'}_{'class' if towards else 'number'}",
            self._phrases.lang,
            column=_literal(self._phrases.opening(column)),
            value="{0}",
            size="{1}",
            label=_literal(towards),
        )
        self._templates[column, raises, towards] = text
        return text


def _literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
