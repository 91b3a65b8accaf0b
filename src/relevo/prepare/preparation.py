"""`Preparation`: the fitted transformation from a table to a matrix, and from a row to a vector."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.data.contract import ColumnContract, Contract
from relevo.errors import DataMistake
from relevo.prepare.category import Category
from relevo.prepare.key import Key
from relevo.prepare.matrix import Matrix
from relevo.prepare.moment import Moment
from relevo.prepare.number import Number
from relevo.prepare.step import Step
from relevo.prepare.text import Text

_KINDS: dict[str, Callable[[dict[str, Any]], Step]] = {
    Number.kind: Number.from_dict,
    Category.kind: Category.from_dict,
    Moment.kind: Moment.from_dict,
    Text.kind: Text.from_dict,
    Key.kind: Key.from_dict,
}
# A column of categories in which nearly every value is another one names rows, it does not
# describe them.
_NAME_LIKE = 0.9


@dataclass(frozen=True)
class Preparation:
    """One fitted step per column that can teach something.

    Fitted once, on the rows that train; saved with the model; the same in training and serving.
    """

    steps: tuple[Step, ...]

    @classmethod
    def fit(
        cls, frame: pl.DataFrame, contract: Contract, keys: tuple[str, ...] = ()
    ) -> Preparation:
        """Fit one step per required column of the contract.

        Parameters
        ----------
        frame
            Training rows as `relevo.data.conform` gives them.
        contract
            Names the columns' types, which columns may be absent (they are no predictors) and
            which one is the time of the row.
        keys
            Columns whose values also name something: their keys are the last features.

        Raises
        ------
        DataMistake
            When no column is left to learn from.

        """
        steps = [
            step
            for column in contract.required
            if (step := _fit_column(column, frame[column.name], column.name == contract.time))
        ]
        if not steps:
            raise DataMistake("prepare.nothing_left", columns=", ".join(contract.names))
        return cls((*steps, *map(Key, keys)))

    @cached_property
    def features(self) -> tuple[str, ...]:
        """The names of the features, one per column of the matrix."""
        return tuple(name for step in self.steps for name in step.features)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The source column of each feature."""
        return tuple(step.column for step in self.steps for _ in step.features)

    @cached_property
    def categories(self) -> dict[int, int]:
        """The number of codes of each category feature, by its position."""
        starts = np.cumsum([0, *(len(step.features) for step in self.steps)])
        return {
            int(start): step.codes
            for start, step in zip(starts, self.steps, strict=False)
            if step.codes
        }

    def table(self, frame: pl.DataFrame) -> Matrix:
        """The matrix of a table as `relevo.data.conform` gives it, shape `(n_rows, n_features)`."""
        values = np.empty((frame.height, len(self.features)))
        start = 0
        for step in self.steps:
            stop = start + len(step.features)
            step.table(frame[step.column], values[:, start:stop])
            start = stop
        return Matrix(values, self.features, self.columns, self.categories)

    def row(self, row: Mapping[str, Any]) -> NDArray[np.float64]:
        """The vector of one row, shape `(n_features,)`: the numbers of `table`, without a frame.

        Parameters
        ----------
        row
            A value per column, as JSON gives them; an absent column is a missing value.

        """
        values: list[float] = []
        for column, encode in self._encoders:
            values += encode(row.get(column))
        return np.array(values)

    def of_values(self, columns: Sequence[str]) -> Callable[[Sequence[Any]], NDArray[np.float64]]:
        """A function that does what `row` does, for the values of these columns in their order."""
        places = {name: place for place, name in enumerate(columns)}
        encoders = [(places[column], encode) for column, encode in self._encoders]

        def prepared(given: Sequence[Any]) -> NDArray[np.float64]:
            values: list[float] = []
            for place, encode in encoders:
                values += encode(given[place])
            return np.array(values)

        return prepared

    def matrix(self, prepared: Sequence[NDArray[np.float64]]) -> Matrix:
        """The matrix of rows that `row` has prepared, at least one."""
        return Matrix(np.array(prepared), self.features, self.columns, self.categories)

    @cached_property
    def _encoders(self) -> tuple[tuple[str, Callable[[Any], tuple[float, ...]]], ...]:
        return tuple((step.column, step.row()) for step in self.steps)

    def save(self, path: Path) -> None:
        """Write the steps as JSON."""
        steps = [{"kind": step.kind, **step.to_dict()} for step in self.steps]
        path.write_text(json.dumps({"steps": steps}, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Preparation:
        """The preparation that `save` wrote."""
        saved = json.loads(path.read_text(encoding="utf-8"))["steps"]
        return cls(tuple(_KINDS[step.pop("kind")](step) for step in saved))


def _fit_column(column: ColumnContract, values: pl.Series, is_time: bool) -> Step | None:
    known = values.drop_nulls()
    if len(known) in (0, len(values)) and (known == known.head(1)).all():
        return None  # always missing, or always the same
    if column.type in ("number", "boolean"):
        return Number(column.name)
    if column.type in ("date", "datetime"):
        return Moment.fit(values, is_time)
    if column.type == "text":
        return Text.fit(values)
    if values.n_unique() > max(20, _NAME_LIKE * len(values)):
        return None
    return Category.fit(values)
