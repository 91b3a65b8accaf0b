"""What scikit-learn's users pass beside the table: the target, weights and groups of its rows."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relevo.errors import DataMistake
from relevo.learn.learner import Floats
from relevo.learn.sklearn_kinds import conversion_warning
from relevo.learn.tabular_rows import plain
from relevo.words import say

_MOST_COUNT = 1e9  # above it a weight counts something else than rows


def read_target(y: Any, n_rows: int) -> NDArray[Any]:
    """The target of each row, shape `(n_rows,)`, in the type that it came in.

    A column, shape `(n_rows, 1)`, is taken with a warning.

    Raises
    ------
    DataMistake
        When there is none, or it has another shape.

    """
    if y is None:
        raise DataMistake("learn.no_target")
    array = _one_dimension("y", y, column_allowed=True)
    _need_length("y", len(array), n_rows)
    if array.dtype.kind == "c":
        raise DataMistake("learn.complex")
    return array


def read_numbers(y: NDArray[Any]) -> Floats:
    """The target of a regression, shape `(n_rows,)`.

    Raises
    ------
    DataMistake
        When a value is missing, infinite or no number.

    Examples
    --------
    >>> read_numbers(np.array([1, 2]))
    array([1., 2.])

    """
    numbers = _numbers(y)
    wrong = ~np.isfinite(numbers)
    if wrong.any():
        value = y[int(wrong.argmax())]
        raise DataMistake("learn.not_numbers", value=value, rows=int(wrong.sum()))
    return numbers


def read_labels(y: NDArray[Any]) -> tuple[NDArray[Any], Floats]:
    """The classes of a classification in order, and each row's position in them.

    Returns
    -------
    tuple
        Shapes `(n_classes,)` and `(n_rows,)`.

    Raises
    ------
    DataMistake
        When a label is missing, labels are no text, whole numbers or truth values, or there is
        only one.

    Examples
    --------
    >>> read_labels(np.array(["b", "a", "b"]))[1]
    array([1., 0., 1.])

    """
    labels = _plain_labels(y) if y.dtype.kind == "O" else y
    if labels.dtype.kind == "f":
        wrong = ~np.isfinite(labels)
        if wrong.any():
            raise DataMistake("learn.missing_label", rows=int(wrong.sum()))
        broken = labels[labels != np.floor(labels)]
        if len(broken):
            raise DataMistake("learn.continuous", value=broken[0])
    elif labels.dtype.kind not in "biuUO":
        raise DataMistake("learn.unknown_labels", kinds=labels.dtype)
    classes, positions = np.unique(labels, return_inverse=True)
    if len(classes) < 2:
        raise DataMistake("learn.one_class", label=classes[0], rows=len(labels))
    return classes, positions.astype(np.float64)


def read_weights(sample_weight: Any, n_rows: int) -> Floats | None:
    """The weight of each row, the largest 1; shape `(n_rows,)`; None when there are no weights.

    Raises
    ------
    DataMistake
        When a weight is missing, negative or infinite, or all are zero.

    Examples
    --------
    >>> read_weights([1, 4], 2)
    array([0.25, 1.  ])

    """
    if sample_weight is None:
        return None
    one_for_all = isinstance(sample_weight, (int, float))
    given = np.full(n_rows, sample_weight) if one_for_all else sample_weight
    array = _one_dimension("sample_weight", given)
    _need_length("sample_weight", len(array), n_rows)
    weights = _numbers(array)
    wrong = ~np.isfinite(weights) | (weights < 0)
    if wrong.any():
        value = array[int(wrong.argmax())]
        raise DataMistake("learn.bad_weight", value=value, rows=int(wrong.sum()))
    if not weights.any():
        raise DataMistake("learn.no_weight")
    return np.asarray(weights / weights.max())  # their sum might overflow otherwise


def as_counts(sample_weight: Any) -> Floats | None:
    """Weights, read already, that are whole numbers: a row of weight 2 came twice; None for others.

    Examples
    --------
    >>> as_counts([1, 2]), as_counts([0.5, 1])
    (array([1., 2.]), None)

    """
    counts = _numbers(np.atleast_1d(np.asarray(sample_weight)))
    whole = (counts == np.floor(counts)).all() and counts.max() <= _MOST_COUNT
    return counts if whole else None


def with_mean_one(weights: Floats) -> Floats | None:
    """The same proportions; None when all are the same.

    Examples
    --------
    >>> with_mean_one(np.array([1.0, 3.0]))
    array([0.5, 1.5])

    """
    same = bool((weights == weights[0]).all())
    return None if same else np.asarray(weights / weights.mean())


def read_groups(groups: Any, n_rows: int) -> NDArray[np.intp] | None:
    """The number of each row's group, shape `(n_rows,)`; None when there are no groups."""
    if groups is None:
        return None
    array = _one_dimension("groups", groups)
    _need_length("groups", len(array), n_rows)
    numbered = np.unique(array.astype(str), return_inverse=True)[1]
    return np.asarray(numbered, dtype=np.intp)


def _one_dimension(name: str, values: Any, column_allowed: bool = False) -> NDArray[Any]:
    try:
        array = np.asarray(values)
    except (TypeError, ValueError):
        raise DataMistake("learn.not_one_dimension", name=name, shape="?") from None
    if column_allowed and array.ndim == 2 and array.shape[1] == 1:
        warnings.warn(say("learn.tabular.column_vector"), conversion_warning(), stacklevel=4)
        array = array.ravel()
    if array.ndim != 1:
        raise DataMistake("learn.not_one_dimension", name=name, shape=array.shape)
    return array


def _need_length(name: str, length: int, n_rows: int) -> None:
    if length != n_rows:
        raise DataMistake("learn.other_length", name=name, length=length, rows=n_rows)


def _numbers(values: NDArray[Any]) -> Floats:
    """Floats; NaN for what is no number."""
    if values.dtype.kind in "biuf":
        return values.astype(np.float64)
    if values.dtype.kind not in "OU":
        return np.full(len(values), np.nan)
    return np.array([_number(plain(value)) for value in values.tolist()])


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def _plain_labels(y: NDArray[np.object_]) -> NDArray[Any]:
    """Labels of one kind: texts as objects, numbers and truth values in a type of their own."""
    labels = [plain(label) for label in y.tolist()]
    missing = sum(label is None for label in labels)
    if missing:
        raise DataMistake("learn.missing_label", rows=missing)
    kinds = {type(label) for label in labels}
    if kinds <= {str, np.str_}:
        return np.array(labels, dtype=object)
    if kinds <= {bool} or kinds <= {int, float}:
        return np.array(labels)
    raise DataMistake("learn.unknown_labels", kinds=", ".join(sorted(k.__name__ for k in kinds)))
