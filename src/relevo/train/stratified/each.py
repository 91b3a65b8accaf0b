"""`EachSegment`: any estimator of scikit-learn's kind, fitted to each segment alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.compute.registry import runner as runner_named
from relevo.data.category_text import category_texts
from relevo.errors import OptionMistake
from relevo.learn.sklearn_kinds import not_fitted
from relevo.learn.tabular_parameters import Parameters
from relevo.learn.tabular_rows import read_rows
from relevo.learn.tabular_target import read_target
from relevo.prepare.key import keys_of
from relevo.train.stratified.segment_columns import segment_columns
from relevo.train.stratified.segments import Segments, combined

_COMMON = -1
_ENOUGH = "24h"


@dataclass(frozen=True)
class _Task:
    """One segment's estimator and its rows, ready to travel."""

    segment: int
    estimator: Any
    rows: Any
    target: NDArray[Any]


def _fitted(task: _Task) -> tuple[int, Any]:
    return task.segment, task.estimator.fit(task.rows, task.target)


class EachSegment(Parameters):
    """A copy of an estimator for each segment, fitted on its own rows, on several cores.

    Nothing is pooled: this is for learners that `StratifiedRegressor` and `StratifiedClassifier`
    do not have, and for segments that have rows enough. Others, and segments that come later, are
    answered by a copy that is fitted on all rows.

    Parameters
    ----------
    estimator
        Has `fit` and `predict`, perhaps `predict_proba`; it is copied, never fitted itself.
    segment
        The segment column, or several; by name, or by position in an array.
    fewest_rows
        A segment of fewer rows has no estimator of its own.
    runner
        `"threads"` or `"processes"`.

    Attributes
    ----------
    estimators_
        The fitted copies by the segment's names.
    common_
        The copy that is fitted on all rows.

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> x = np.array([[0, 1.0], [0, 2.0], [1, 1.0], [1, 2.0]] * 30)
    >>> y = np.where(x[:, 0] == 0, x[:, 1], -x[:, 1])
    >>> model = EachSegment(LinearRegression(), segment=0).fit(x, y)
    >>> model.predict([[0, 3.0], [1, 3.0]]).round(6).tolist()
    [3.0, -3.0]

    """

    def __init__(
        self,
        estimator: Any = None,
        segment: str | int | Sequence[str | int] | None = None,
        fewest_rows: int = 30,
        runner: str = "threads",
    ) -> None:
        self.estimator = estimator
        self.segment = segment
        self.fewest_rows = fewest_rows
        self.runner = runner

    def fit(self, X: Any, y: Any) -> Self:
        """Fit a copy to the rows of each segment, and one to all.

        Parameters
        ----------
        X
            Shape `(n_rows, n_columns)`: an array, or a pandas or Polars table; the estimator gets
            the same kind of thing, without the segment columns.
        y
            Shape `(n_rows,)`: what is to be predicted.

        Raises
        ------
        OptionMistake
            When there is no estimator, or no such runner.
        DataMistake
            When there is no such column, or `y` has another length.

        """
        if not hasattr(self.estimator, "fit"):
            raise OptionMistake("train.no_estimator", came=self.estimator)
        names, segments = self._segments(X)
        target = read_target(y, len(segments.of_row))
        rest = _without(X, self._columns(X))
        found = dict(
            runner_named(self.runner).map(
                _fitted, self._tasks(segments, rest, target), Budget.parse(_ENOUGH)
            )
        )
        self.common_ = found.pop(_COMMON)
        self.estimators_ = {names.row(number): one for number, one in sorted(found.items())}
        self._places = {int(segments.keys[number]): one for number, one in sorted(found.items())}
        if hasattr(self.common_, "classes_"):
            self.classes_ = self.common_.classes_
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """What each row's own estimator predicts, shape `(n_rows,)`."""
        return self._asked(X, lambda one, rows: one.predict(rows))

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """The probability of each class, in the order of `classes_`; `(n_rows, n_classes)`.

        A class that a segment has never seen has probability 0 there.
        """
        if not hasattr(self, "classes_"):
            raise not_fitted(type(self).__name__)
        every = {label: place for place, label in enumerate(self.classes_.tolist())}

        def asked(one: Any, rows: Any) -> NDArray[np.float64]:
            found = np.zeros((len(rows), len(every)))
            places = [every[label] for label in one.classes_.tolist()]
            found[:, places] = one.predict_proba(rows)
            return found

        return self._asked(X, asked)

    def _tasks(self, segments: Segments, rest: Any, target: NDArray[Any]) -> Iterator[_Task]:
        yield _Task(_COMMON, deepcopy(self.estimator), rest, target)
        for number in np.flatnonzero(segments.sizes >= self.fewest_rows).tolist():
            rows = segments.order[segments.starts[number] : segments.starts[number + 1]]
            if target.dtype.kind in "OUSb" and len(set(target[rows].tolist())) == 1:
                continue  # one class teaches no classifier
            yield _Task(number, deepcopy(self.estimator), _taken(rest, rows), target[rows])

    def _asked(self, X: Any, ask: Callable[[Any, Any], NDArray[Any]]) -> NDArray[Any]:
        if not hasattr(self, "common_"):
            raise not_fitted(type(self).__name__)
        _, segments = self._segments(X)
        rest = _without(X, self._columns(X))
        parts, order = [], []
        for number, key in enumerate(segments.keys.tolist()):
            rows = segments.order[segments.starts[number] : segments.starts[number + 1]]
            parts.append(ask(self._places.get(key, self.common_), _taken(rest, rows)))
            order.append(rows)
        found = np.concatenate(parts)
        answer = np.empty_like(found)
        answer[np.concatenate(order)] = found
        return answer

    def _segments(self, X: Any) -> tuple[pl.DataFrame, Segments]:
        """The names of each segment, and its rows."""
        frame = read_rows(X).table.data
        columns = self._columns(X)
        keys = np.stack([keys_of(frame[name]) for name in columns], axis=1)
        segments = Segments.of(combined(keys))
        texts = frame.select(category_texts(frame[name]) for name in columns)
        return texts[segments.order[segments.starts[:-1]]], segments

    def _columns(self, X: Any) -> tuple[str, ...]:
        return segment_columns(self.segment, read_rows(X).table.columns)


def _without(X: Any, columns: Sequence[str]) -> Any:
    """The table without its segment columns, as the kind of table that it is."""
    if hasattr(X, "iloc"):
        return X.drop(columns=list(columns))
    if isinstance(X, pl.DataFrame):
        return X.drop(columns)
    array = np.asarray(X)
    names = read_rows(X).table.columns
    return np.delete(array, [names.index(name) for name in columns], axis=1)


def _taken(X: Any, rows: NDArray[np.intp]) -> Any:
    return X.iloc[rows] if hasattr(X, "iloc") else X[rows]
