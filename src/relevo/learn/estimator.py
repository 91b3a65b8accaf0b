"""`Estimator`: what all estimators share that follow scikit-learn's contract."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray

from relevo.data.contract import Contract
from relevo.data.table import Table
from relevo.errors import DataMistake, OptionMistake
from relevo.learn.learner import Floats, Predictor, Target
from relevo.learn.registry import load_predictor
from relevo.learn.rows import FEWEST_ROWS
from relevo.learn.sklearn_kinds import not_fitted, tags
from relevo.learn.tabular_files import read_estimator, write_estimator
from relevo.learn.tabular_match import match_rows, refuse_names, unreadable_value
from relevo.learn.tabular_parameters import Parameters
from relevo.learn.tabular_rows import GivenRows, read_rows
from relevo.learn.tabular_target import (
    as_counts,
    read_groups,
    read_target,
    read_weights,
    with_mean_one,
)
from relevo.prepare.matrix import Matrix
from relevo.prepare.preparation import Preparation
from relevo.words import say

NO_TARGET = ""  # no column can be called so: the target does not stand in the table


@dataclass(frozen=True)
class Taken:
    """What came to `fit`, read, without the rows of weight zero.

    Attributes
    ----------
    given
        The table as it came.
    table, target, groups
        Of the rows that count.
    learnt
        The estimator's attributes that follow from the target.

    """

    given: GivenRows
    table: Table
    target: Target
    groups: NDArray[np.intp] | None
    learnt: dict[str, Any]


class Estimator(Parameters):
    """Base of estimators that hold a contract, a preparation and a predictor."""

    task: ClassVar[Literal["classification", "regression"]]

    predictor_: Predictor
    preparation_: Preparation
    contract_: Contract
    n_features_in_: int
    feature_names_in_: NDArray[np.object_]
    _known: frozenset[str]

    _load_predictor = staticmethod(load_predictor)
    _weights_count = False  # whether a whole weight says how often a row came

    @property
    @abstractmethod
    def _deterministic(self) -> bool:
        """Whether the same rows give the same model."""

    @abstractmethod
    def _read(self, y: NDArray[Any]) -> tuple[Target, dict[str, Any]]:
        """The target, and the attributes that follow from it."""

    def _take(self, X: Any, y: Any, sample_weight: Any, groups: Any = None) -> Taken:
        """Read what `fit` got.

        Raises
        ------
        DataMistake
            When the table or the target cannot be learnt from.

        """
        given = read_rows(X)
        frame, n_rows = given.table.data, given.table.rows
        target_values = read_target(y, n_rows)
        weight, of_group = read_weights(sample_weight, n_rows), read_groups(groups, n_rows)
        if weight is not None:
            kept = weight > 0
            frame, target_values = frame.filter(kept), target_values[kept]
            counts = as_counts(sample_weight) if self._weights_count else None
            weight = (
                with_mean_one(weight[kept])
                if counts is None
                else np.broadcast_to(counts, weight.shape)[kept]
            )
            of_group = None if of_group is None else of_group[kept]
        target, learnt = self._read(target_values)
        if len(target) < FEWEST_ROWS:
            raise DataMistake("learn.too_few_rows", rows=len(target), needed=FEWEST_ROWS)
        return Taken(given, Table(frame), replace(target, weight=weight), of_group, learnt)

    def _keep(
        self, taken: Taken, contract: Contract, preparation: Preparation, **fitted: Any
    ) -> Self:
        """Set the attributes of a fitted estimator."""
        vars(self).pop("feature_names_in_", None)
        if taken.given.named:
            self.feature_names_in_ = np.array(taken.given.table.columns, dtype=object)
        self.n_features_in_ = len(taken.given.table.columns)
        self.contract_, self.preparation_ = contract, preparation
        self._known = frozenset(contract.names)
        vars(self).update(taken.learnt | fitted)
        return self

    def predict_row(self, row: Mapping[str, Any]) -> Floats:
        """The prediction for one row, in microseconds.

        Parameters
        ----------
        row
            A value per column, by its name (`column_0`, `column_1`, ... when `fit` saw no names);
            an absent one is missing.

        Returns
        -------
        ndarray
            Probabilities `(n_classes,)`, or the number as shape `(1,)`.

        Raises
        ------
        DataMistake
            When a name is unknown, or a value is not of its column's type.

        """
        predictor = self._fitted()
        if not row.keys() <= self._known:
            refuse_names(row, self.contract_)
        try:
            values = self.preparation_.row(row)
        except (TypeError, ValueError, AttributeError) as error:
            raise unreadable_value(row, self.contract_, error) from error
        return predictor.predict_row(values)

    def save(self, folder: str | Path) -> None:
        """Write the fitted estimator to a new folder of files that run no code.

        `estimator.json`, `contract.toml`, `preparation.json` and the folder `predictor`.

        Raises
        ------
        ModelMistake
            When the folder exists.

        """
        self._fitted()
        write_estimator(Path(folder), type(self).__name__, self.get_params(), self)

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """The estimator that `save` wrote.

        Raises
        ------
        ModelMistake
            When there is none, or one of another kind.

        """
        parameters, fitted = read_estimator(Path(folder), cls.__name__, cls._load_predictor)
        estimator = cls(**parameters)
        vars(estimator).update(fitted)
        estimator._known = frozenset(estimator.contract_.names)
        return estimator

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn asks of an estimator before it uses it."""
        return tags(self.task, deterministic=self._deterministic)

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled."""
        state = dict(vars(self))
        if "preparation_" in state:
            state["preparation_"] = replace(state["preparation_"])  # without its row's functions
        return state

    def _fitted(self) -> Predictor:
        if "predictor_" not in vars(self):
            raise not_fitted(type(self).__name__)
        return self.predictor_

    def _matrix(self, X: Any) -> Matrix:
        """A table prepared for the predictor."""
        self._fitted()
        named = "feature_names_in_" in vars(self)
        rows = match_rows(read_rows(X), self.contract_, named, type(self).__name__)
        return self.preparation_.table(rows.data)


def whole(value: object) -> bool:
    """Whether a value is a whole number and no truth value."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def require(name: str, value: object, holds: bool) -> None:
    """Raise an OptionMistake about an argument unless it holds."""
    if not holds:
        raise OptionMistake(
            "learn.bad_parameter",
            name=name,
            value=value,
            wanted=say(f"learn.tabular.wanted.{name}"),
        )
