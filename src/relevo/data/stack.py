"""`stack`: frames one below the other, joined by the names of their columns."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from relevo.errors import DataMistake, nearest

Frame = pl.DataFrame | pl.LazyFrame
"""Rows in memory, or a scan of them."""


def stack(frames: Mapping[str, Frame]) -> Frame:
    """The rows of all frames, in the columns and the order of columns of the first.

    Types that differ widen: whole numbers to decimal ones, dates to moments, the rest to text.

    Parameters
    ----------
    frames
        At least one, by the name that a message calls it.

    Returns
    -------
    Frame
        Lazy when one of them is.

    Raises
    ------
    DataMistake
        `data.columns_differ` when a column is not in every frame, `data.types_differ` when two
        types cannot be joined.

    Examples
    --------
    >>> stack({"a": pl.DataFrame({"x": [1]}), "b": pl.DataFrame({"x": [2.5]})})["x"].to_list()
    [1.0, 2.5]

    """
    if len(frames) == 1:
        return next(iter(frames.values()))
    known = [_untyped(frame) for frame in frames.values()]
    schemas = dict(zip(frames, (frame.collect_schema() for frame in known), strict=True))
    first, names = next((source, list(schema)) for source, schema in schemas.items())
    for source, schema in schemas.items():
        _agree(first, names, source, list(schema))
    types = {name: _widest(name, [schema[name] for schema in schemas.values()]) for name in names}
    columns = [pl.col(name).cast(dtype) for name, dtype in types.items()]
    parts = [frame.lazy().select(columns) for frame in known]
    joined = pl.concat(parts, how="vertical")
    lazy = any(isinstance(frame, pl.LazyFrame) for frame in known)
    return joined if lazy else joined.collect()


def _untyped(frame: Frame) -> Frame:
    """A column without any value has no type that could widen another one's."""
    if isinstance(frame, pl.LazyFrame):
        return frame
    empty = [name for name in frame.columns if frame[name].null_count() == frame.height]
    return frame.with_columns(pl.col(empty).cast(pl.Null)) if empty else frame


def _agree(first: str, names: list[str], source: str, others: list[str]) -> None:
    missing = [name for name in names if name not in others]
    extra = [name for name in others if name not in names]
    if missing:
        hint = nearest(missing[0], extra)
        raise DataMistake(
            "data.columns_differ", source=source, other=first, column=missing[0], hint=hint
        )
    if extra:
        raise DataMistake("data.columns_differ", source=first, other=source, column=extra[0])


def _widest(name: str, types: list[pl.DataType]) -> pl.DataType:
    """What all types fit into. Polars would join dates with numbers, but no category with text."""
    known = list(dict.fromkeys(dtype for dtype in types if dtype != pl.Null))
    if len(known) <= 1:
        return known[0] if known else pl.Null()
    if all(dtype.is_integer() and dtype != pl.UInt64 for dtype in known):
        return pl.Int64()
    if all(dtype.is_numeric() for dtype in known):
        return pl.Float64()
    if all(_is_moment(dtype) for dtype in known):
        return pl.Datetime("us")
    if any(dtype.is_nested() or dtype in (pl.Binary, pl.Object) for dtype in known):
        listed = ", ".join(str(dtype) for dtype in known)
        raise DataMistake("data.types_differ", column=name, types=listed)
    return pl.String()


def _is_moment(dtype: pl.DataType) -> bool:
    return dtype == pl.Date or (isinstance(dtype, pl.Datetime) and dtype.time_zone is None)
