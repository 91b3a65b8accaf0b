"""Rows as every function of this room takes them, checked once at the door."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from relevo.errors import DataMistake

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


def weights_of(target: Floats, weight: Floats | None) -> Floats:
    """The rows' weights, `(n_rows,)`; one each when none are given."""
    return np.ones(len(target)) if weight is None else np.asarray(weight, dtype=np.float64)


def sums(codes: Codes, values: Floats, length: int = 0) -> Floats:
    """The sum of the values under each code, `(n_codes,)`, at least `length` long."""
    return np.bincount(codes, values, length).astype(np.float64)


def check_rows(
    target: Floats, prediction: Floats, weight: Floats | None, classification: bool
) -> None:
    """Refuse rows that no figure can be computed on.

    Raises
    ------
    DataMistake
        When there are no rows, lengths differ, a number is missing, a class has no column of
        probabilities, or a weight is negative or all are zero.

    """
    if len(target) == 0:
        raise DataMistake("score.no_rows")
    check_lengths(len(target), prediction=prediction, weight=weight)
    check_finite(target=target, prediction=prediction, weight=weight)
    if classification and not np.isin(target, np.arange(prediction.shape[1])).all():
        raise DataMistake("score.unknown_class", classes=prediction.shape[1])
    if weight is not None and (np.min(weight) < 0 or np.max(weight) <= 0):
        raise DataMistake("score.bad_weight", lowest=float(np.min(weight)))


def check_lengths(rows: int, **arrays: Any) -> None:
    """Refuse arrays that do not hold one entry per row."""
    for name, array in arrays.items():
        if array is not None and len(array) != rows:
            raise DataMistake("score.lengths", name=name, came=len(array), rows=rows)


def check_finite(**arrays: Floats | None) -> None:
    """Refuse missing and infinite numbers."""
    for name, array in arrays.items():
        if array is not None and not np.isfinite(array).all():
            bad = np.flatnonzero(~np.isfinite(array).reshape(len(array), -1).all(axis=1))
            raise DataMistake("score.not_finite", name=name, rows=len(bad), row=int(bad[0]))


def block_codes(blocks: ArrayLike, rows: int) -> Codes:
    """The position of each row's block among the distinct blocks, `(n_rows,)`."""
    return np.unique(block_ids(blocks, rows), return_inverse=True)[1].reshape(-1)


def block_ids(blocks: ArrayLike, rows: int) -> NDArray[Any]:
    """The blocks' ids as an array, `(n_rows,)`.

    Raises
    ------
    DataMistake
        When the ids are not one per row, or some are missing.

    """
    ids = np.asarray(blocks)
    check_lengths(rows, blocks=ids)
    # Only a missing number or date differs from itself.
    absent = (one is None or one != one for one in ids) if ids.dtype == object else ids != ids
    missing = np.fromiter(absent, bool, rows)
    if missing.any():
        raise DataMistake(
            "score.missing_block", rows=int(missing.sum()), row=int(np.argmax(missing))
        )
    return ids
