"""Columns of text read as what they say: a type holds for a column when all its values have it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from relevo.data.stack import Frame

Kind = Callable[[pl.Expr], pl.Expr]

_SAMPLE = 1000
_TRUTH = {
    word: value
    for value, name in ((True, "true"), (False, "false"))
    for word in (name, name.title(), name.upper())
}


def _boolean(text: pl.Expr) -> pl.Expr:
    return text.replace_strict(_TRUTH, default=None, return_dtype=pl.Boolean)


def _integer(text: pl.Expr) -> pl.Expr:
    return _code_free(text).cast(pl.Int64, strict=False)


def _number(text: pl.Expr) -> pl.Expr:
    return _code_free(text).cast(pl.Float64, strict=False)


def _comma_number(text: pl.Expr) -> pl.Expr:
    return _number(text.str.replace(",", ".", literal=True))


def _code_free(text: pl.Expr) -> pl.Expr:
    # 08001 is a postal code: as a number it would lose its zero. Texts that begin with a zero and
    # a digit are those from "00" up to ":" after "9"; comparing is ten times faster than a pattern.
    return pl.when(~text.is_between(pl.lit("00"), pl.lit("0:"), closed="left")).then(text)


def _date(text: pl.Expr) -> pl.Expr:
    return text.str.to_date("%Y-%m-%d", strict=False)


def _datetime(form: str) -> Kind:
    zone = "UTC" if form.endswith("z") else None
    return lambda text: text.str.to_datetime(
        form, time_unit="us", time_zone=zone, strict=False, cache=False
    )


DATES: Mapping[str, Kind] = {"%Y-%m-%d": _date} | {
    form: _datetime(form)
    for mark in "T "
    for rest in ("", ":%S", ":%S%.f", ":%S%.f%#z")
    for form in (f"%Y-%m-%d{mark}%H:%M{rest}",)
}
"""ISO 8601 dates and times, by their format; the narrowest first."""

KINDS: Mapping[str, Kind] = {
    "boolean": _boolean,
    "integer": _integer,
    "number": _number,
    **DATES,
}
"""Everything that text may say, the narrowest first."""

COMMA_KINDS: Mapping[str, Kind] = {**KINDS, "comma number": _comma_number}
"""The same where a decimal comma is understood: 1,5 is one and a half."""


def typed(frame: Frame, kinds: Mapping[str, Kind] = KINDS) -> Frame:
    """The frame with each text column read as the first of `kinds` that holds for all its values.

    A column that mixes kinds (two formats of dates, words among numbers) stays text, and so does
    one whose numbers have leading zeros.

    Parameters
    ----------
    frame
        Columns that are not text are left alone. A lazy frame stays lazy, and is scanned to decide.
    kinds
        What to try, in order.

    Examples
    --------
    >>> typed(pl.DataFrame({"a": ["1", None, "3"], "zip": ["08001", "28001", None]})).dtypes
    [Int64, String]

    """
    names = [name for name, dtype in frame.collect_schema().items() if dtype == pl.String]
    candidates = _candidates(frame, names, kinds)
    missing = frame.lazy().select(pl.col(list(candidates)).null_count()).collect(engine="streaming")
    while candidates := {name: left for name, left in candidates.items() if left}:
        tried = {name: kinds[left.pop(0)](pl.col(name)) for name, left in candidates.items()}
        held = _holding(frame, tried, missing)
        frame = frame.with_columns(held.values())
        candidates = {name: left for name, left in candidates.items() if name not in held}
    return frame


def _candidates(
    frame: Frame, names: Sequence[str], kinds: Mapping[str, Kind]
) -> dict[str, list[str]]:
    """The kinds that hold for the first values of each column; none for a column without values."""
    firsts = frame.lazy().select(pl.col(names).drop_nulls().head(_SAMPLE).implode())
    sample = firsts.collect(engine="streaming")
    values = {name: sample[name].explode().drop_nulls().to_frame() for name in names}
    return {
        name: [kind for kind, read in kinds.items() if _holds(column, read(pl.col(name)))]
        for name, column in values.items()
        if column.height
    }


def _holds(column: pl.DataFrame, read: pl.Expr) -> bool:
    return not column.select(read.null_count()).item()


def _holding(
    frame: Frame, tried: Mapping[str, pl.Expr], missing: pl.DataFrame
) -> dict[str, pl.Expr | pl.Series]:
    """Those that lose no value. A frame in memory is converted once, to look and to keep."""
    if isinstance(frame, pl.LazyFrame):
        looked = frame.select(read.null_count() for read in tried.values())
        counts = looked.collect(engine="streaming")
        return {name: read for name, read in tried.items() if counts[name][0] == missing[name][0]}
    read_now = frame.select(tried.values())
    kept = [name for name in tried if read_now[name].null_count() == missing[name][0]]
    return {name: read_now[name] for name in kept}
