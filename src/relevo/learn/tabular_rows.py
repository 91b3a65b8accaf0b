"""`read_rows`: a table of predictors from what scikit-learn's users pass as `X`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import narwhals.dependencies as libraries
import numpy as np
from numpy.typing import NDArray

from relevo.data.category_text import category_text
from relevo.data.table import Table
from relevo.data.text import typed
from relevo.errors import DataMistake

MOST_DENSE_CELLS = 100_000_000  # 0.8 GB, of which preparing makes two copies
_NUMBERS = {int, float, bool, Decimal}
_MISSING = {"NAType", "NaTType", "NoneType"}  # of pandas; compared with anything they are no truth


@dataclass(frozen=True)
class GivenRows:
    """Predictors as they came.

    Attributes
    ----------
    table
        The rows; columns without a name are called `column_0`, `column_1`, ...
    named
        Whether the columns came with names.
    categories
        The columns that came as categories.

    """

    table: Table
    named: bool
    categories: tuple[str, ...] = ()


def read_rows(X: Any) -> GivenRows:
    """Rows of predictors.

    Parameters
    ----------
    X
        Shape `(n_rows, n_columns)`: a NumPy array or anything that becomes one, a pandas, Polars
        or Arrow table, a dict of columns, a list of rows, a sparse matrix.

    Raises
    ------
    DataMistake
        When it is no table of two dimensions, has no row or no column, or is sparse and too large.

    Examples
    --------
    >>> read_rows([[1, "a"], [2, None]]).table.data.rows()
    [(1, 'a'), (2, None)]

    """
    given = _of_frame(X) if _is_frame(X) else _of_array(_array(X))
    _need_cells(given.table.data.height, given.table.data.width)
    return given


def plain(value: Any) -> Any:
    """A value as Python's own kinds have it; None when it is missing.

    Examples
    --------
    >>> plain(np.float64("nan")), plain(np.int64(3))
    (None, 3)

    """
    value = value.item() if isinstance(value, np.generic) else value
    unequal = isinstance(value, (float, Decimal)) and value != value
    return None if unequal or type(value).__name__ in _MISSING else value


def _is_frame(X: Any) -> bool:
    if isinstance(X, (Table, Mapping)) or libraries.is_polars_lazyframe(X):
        return True
    if isinstance(X, list) and X and all(isinstance(row, Mapping) for row in X):
        return True
    if libraries.is_into_series(X):
        return False
    return libraries.is_into_dataframe(X) or hasattr(X, "__arrow_c_stream__")


def _of_frame(X: Any) -> GivenRows:
    if not libraries.is_pandas_dataframe(X):
        return GivenRows(Table.of(X), named=True)
    _need_cells(*X.shape)
    named = any(isinstance(name, str) for name in X.columns)
    table = Table.of(X if named else X.set_axis(names_of(X.shape[1]), axis=1))
    chosen = zip(table.columns, X.dtypes, strict=True)
    categories = tuple(name for name, dtype in chosen if str(dtype) == "category")
    return GivenRows(table, named, categories)


def names_of(n_columns: int) -> list[str]:
    """The names of columns that came without one."""
    return [f"column_{place}" for place in range(n_columns)]


def _array(X: Any) -> NDArray[Any]:
    if hasattr(X, "toarray") and hasattr(X, "nnz"):
        if np.prod(X.shape, dtype=float) > MOST_DENSE_CELLS:
            shape = " x ".join(map(str, X.shape))
            raise DataMistake("learn.sparse_too_large", shape=shape, most=MOST_DENSE_CELLS)
        return np.asarray(X.toarray())
    try:
        array = np.asarray(X)
        lost_types = array.dtype.kind in "US" and not hasattr(X, "__array__")
        return np.asarray(X, dtype=object) if lost_types else array
    except (TypeError, ValueError) as error:
        raise DataMistake("learn.no_array", reason=error) from error


def _of_array(array: NDArray[Any]) -> GivenRows:
    kind = array.dtype.kind
    if kind == "c":
        raise DataMistake("learn.complex")
    if array.ndim != 2:
        raise DataMistake("learn.not_two_dimensions", dimensions=array.ndim)
    _need_cells(*array.shape)
    if kind == "O":
        columns = {name: _column(array[:, i]) for i, name in enumerate(names_of(array.shape[1]))}
        return GivenRows(Table.of(columns), named=False)
    if kind in "US":  # all is text here, as in a CSV file
        read = typed(Table.of(array.astype(str)).data)
        return GivenRows(Table.of(read), named=False)
    return GivenRows(Table.of(_native(array)), named=False)


def _native(array: NDArray[Any]) -> NDArray[Any]:
    """The array in a type that Polars knows."""
    unit = {"M": "datetime64[us]", "m": "timedelta64[us]", "f": "f8"}.get(array.dtype.kind)
    return array.astype(unit or array.dtype.newbyteorder("="), copy=False)


def _column(values: NDArray[np.object_]) -> list[Any]:
    """One column of an array of objects; kinds that do not go together become text."""
    found = [plain(value) for value in values.tolist()]
    kinds = set(map(type, found)) - {type(None)}
    if len(kinds) < 2 or kinds <= _NUMBERS:
        return found
    return [None if value is None else category_text(value) for value in found]


def _need_cells(rows: int, columns: int) -> None:
    if not columns:
        raise DataMistake("learn.no_columns", rows=rows)
    if not rows:
        raise DataMistake("learn.no_rows", columns=columns)
