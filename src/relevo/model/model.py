"""`Model`: contract, preparation, predictor, evidence and lineage, in one piece."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.data.conform import conform
from relevo.data.contract import Contract
from relevo.data.row_check import Checked, compile_row_check
from relevo.learn.learner import KnowsSegments, Prediction, Predictor
from relevo.model.lineage import Lineage
from relevo.prepare.matrix import Matrix
from relevo.prepare.preparation import Preparation
from relevo.problem.problem import Problem
from relevo.score.evidence import Evidence

UNSEEN = "unseen_segment"
Vector = NDArray[np.float64]
"""A row prepared for the predictor, shape `(n_features,)`."""


@dataclass(frozen=True)
class Model:
    """A trained model: it checks, prepares and predicts tables and single rows.

    Attributes
    ----------
    problem, contract, preparation, predictor, evidence, lineage
        Its parts, each usable alone.
    classes
        The labels of a classification, the positive one last; empty for a regression.
    threshold
        The probability of the positive class from which a row is called positive.
    version
        Its number in the store; 0 before it has one.

    """

    problem: Problem
    contract: Contract
    preparation: Preparation
    predictor: Predictor
    evidence: Evidence
    lineage: Lineage
    classes: tuple[Any, ...] = ()
    threshold: float = 0.5
    version: int = 0

    def worded_by(self, problem: Problem) -> Model:
        """The same model under the newest words: phrases, what a person can change, its card.

        They are about the model, not in it: who edits them need not train again.
        """
        words = {"explain": problem.explain, "card": problem.card}
        return replace(self, problem=self.problem.model_copy(update=words))

    @property
    def binary(self) -> bool:
        """Whether there are two classes."""
        return len(self.classes) == 2

    def matrix(self, frame: pl.DataFrame) -> Matrix:
        """A table prepared for the predictor.

        Raises
        ------
        DataMistake
            When a required column is absent.

        """
        return self.preparation.table(conform(frame, self.contract))

    def predictors(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The columns that the model learns from, each with the type of its contract."""
        required = [column.name for column in self.contract.required]
        return conform(frame, self.contract).select(required)

    def predict(self, frame: pl.DataFrame) -> Prediction:
        """What the predictor says of each row of a table."""
        return self.predictor.predict(self.matrix(frame))

    def predict_table(self, frame: pl.DataFrame) -> pl.DataFrame:
        """One row per row: `prediction`, and `probability_<label>` for each class.

        Where the model knows segments, `unseen_segment` says which rows are of none of these.
        """
        return self.as_table(self.predict(frame))

    def as_table(self, prediction: Prediction) -> pl.DataFrame:
        """A prediction as a table, the labels in place of their positions."""
        flag = {} if prediction.unseen is None else {UNSEEN: prediction.unseen}
        if prediction.probabilities is None:
            return pl.DataFrame({"prediction": prediction.values, **flag})
        labels = pl.Series("prediction", self.classes)[self._positions(prediction.probabilities)]
        columns = {
            f"probability_{label}": prediction.probabilities[:, place]
            for place, label in enumerate(self.classes)
        }
        return pl.DataFrame({"prediction": labels, **columns, **flag})

    def check_row(self, row: Mapping[str, Any]) -> Checked:
        """What is wrong with one row, and the row to predict, in microseconds."""
        return self._row_check(row)

    def predict_row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The prediction of one row that keeps the contract, in microseconds.

        Returns
        -------
        dict
            `{"value": number}`, or `{"label": label, "probabilities": {label: p}}`; with
            `"unseen_segment": True` when the model has not learnt from the row's segment.

        """
        return self.answer(self.preparation.row(row))

    def answer(self, prepared: Vector) -> dict[str, Any]:
        """What `predict_row` gives, of a row that the preparation has prepared."""
        answer = self._answer(self.predictor.predict_row(prepared).tolist())
        if self._is_unseen and self._is_unseen(prepared):
            answer[UNSEEN] = True
        return answer

    def answers(self, prepared: Sequence[Vector]) -> list[dict[str, Any]]:
        """The same of several rows, at least one, all of them in one matrix."""
        found = self.predictor.predict(self.preparation.matrix(prepared))
        numbers = found.values[:, np.newaxis] if not self.classes else found.probabilities
        assert numbers is not None
        answers = [self._answer(row) for row in numbers.tolist()]
        if found.unseen is not None:
            for place in found.unseen.nonzero()[0]:
                answers[place][UNSEEN] = True
        return answers

    def _answer(self, numbers: list[float]) -> dict[str, Any]:
        """The number `[value]`, or the probability of each class, as an answer."""
        if not self.classes:
            return {"value": numbers[0]}
        chosen = numbers[1] >= self.threshold if self.binary else numbers.index(max(numbers))
        named = dict(zip(self._texts, numbers, strict=True))
        return {"label": self.classes[int(chosen)], "probabilities": named}

    def _positions(self, probabilities: NDArray[np.float64]) -> NDArray[np.intp]:
        if self.binary:
            return (probabilities[:, 1] >= self.threshold).astype(np.intp)
        positions: NDArray[np.intp] = probabilities.argmax(axis=1)
        return positions

    @cached_property
    def _is_unseen(self) -> Callable[[NDArray[np.float64]], bool] | None:
        predictor = self.predictor
        return predictor.unseen_row if isinstance(predictor, KnowsSegments) else None

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        return tuple(str(label) for label in self.classes)

    @cached_property
    def _row_check(self) -> Callable[[Mapping[str, Any]], Checked]:
        return compile_row_check(self.contract)
