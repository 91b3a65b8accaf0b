"""`from_object`: a frame from what a Python program holds: Polars, pandas, Arrow, NumPy, plain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals.dependencies as libraries
import numpy as np
import polars as pl

from relevo.data.names import check_names
from relevo.data.reason import reason
from relevo.data.stack import Frame
from relevo.data.values import column
from relevo.errors import DataMistake


def from_object(data: Any) -> Frame:
    """The rows of a frame of another library, of a dict of columns or of a list of dicts.

    pandas needs no Arrow here; its index is not a column. Anything with the Arrow C stream
    interface is taken (pyarrow, DuckDB, ...).

    Raises
    ------
    DataMistake
        `data.unknown_object`; a column without a name of its own; columns of unequal length.

    """
    if isinstance(data, pl.LazyFrame | pl.DataFrame):
        check_names(data.collect_schema(), _kind(data))
        return data
    if libraries.is_pandas_dataframe(data):
        return _from_pandas(data)
    if libraries.is_numpy_array(data):
        return _from_numpy(data)
    if isinstance(data, Mapping):
        return _from_columns(data, "dict")
    if isinstance(data, Sequence) and all(isinstance(row, Mapping) for row in data):
        return _from_rows(data)
    if hasattr(data, "__arrow_c_stream__"):
        return _from_arrow(data)
    raise DataMistake("data.unknown_object", kind=_kind(data))


def _kind(data: Any) -> str:
    return f"{type(data).__module__.partition('.')[0]}.{type(data).__qualname__}"


def _from_pandas(frame: Any) -> pl.DataFrame:
    check_names(frame.columns, "pandas.DataFrame")
    return pl.DataFrame(
        [_from_pandas_series(name, frame.iloc[:, i]) for i, name in enumerate(frame.columns)]
    )


def _from_pandas_series(name: str, series: Any) -> pl.Series:
    dtype = series.dtype
    if hasattr(dtype, "pyarrow_dtype"):
        return pl.Series(name, series.array.__arrow_array__())
    missing = series.isna().to_numpy()
    if dtype.kind == "M":
        naive = series.dt.tz_convert("UTC").dt.tz_localize(None) if hasattr(dtype, "tz") else series
        return pl.Series(name, naive.to_numpy(dtype="datetime64[us]"))
    if dtype.kind == "m":
        return pl.Series(name, series.to_numpy(dtype="timedelta64[us]"))
    if dtype.kind in "biuf":
        plain = dtype if isinstance(dtype, np.dtype) else dtype.numpy_dtype
        if not missing.any() or dtype is plain:
            return pl.Series(name, series.to_numpy(dtype=plain))
        return pl.Series(name, series.to_numpy(dtype=plain, na_value=0)).set(
            pl.Series(missing), None
        )
    values = series.to_numpy(dtype=object, copy=True)
    values[missing] = None
    return column(name, values.tolist())


def _from_numpy(array: Any) -> pl.DataFrame:
    if array.ndim > 2:
        raise DataMistake("data.unknown_object", kind=f"numpy.ndarray {array.shape}")
    if array.dtype.names:
        return _from_columns({name: array[name] for name in array.dtype.names}, "numpy.ndarray")
    table = array.reshape(len(array), -1) if array.ndim == 2 else array.reshape(-1, 1)
    named = {f"column_{i}": table[:, i] for i in range(table.shape[1])}
    return _from_columns(named, "numpy.ndarray")


def _from_columns(columns: Mapping[Any, Any], source: str) -> pl.DataFrame:
    check_names(columns, source)
    try:
        return pl.DataFrame({name: _values(name, values) for name, values in columns.items()})
    except pl.exceptions.PolarsError as error:
        raise DataMistake("data.unreadable", source=source, reason=reason(error)) from None


def _values(name: str, values: Any) -> Any:
    if isinstance(values, list | tuple):
        return column(name, values)
    if libraries.is_numpy_array(values) and values.dtype.kind == "O":
        return column(name, values.tolist())
    if libraries.is_pandas_series(values):
        return _from_pandas_series(name, values)
    return values


def _from_rows(rows: Sequence[Mapping[Any, Any]]) -> pl.DataFrame:
    names = list(dict.fromkeys(name for row in rows for name in row))
    check_names(names, "list")
    return pl.DataFrame([column(name, (row.get(name) for row in rows)) for name in names])


def _from_arrow(data: Any) -> pl.DataFrame:
    if hasattr(data, "column_names"):
        check_names(data.column_names, _kind(data))
    try:
        frame = pl.DataFrame(data)
    except pl.exceptions.PolarsError as error:
        raise DataMistake("data.unreadable", source=_kind(data), reason=reason(error)) from None
    check_names(frame.columns, _kind(data))
    return frame
