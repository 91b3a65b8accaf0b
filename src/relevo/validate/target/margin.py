"""`Margin`: what is known of one column of a population, as shares of categories or ranges."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.data.category_text import category_text, category_texts
from relevo.errors import DataMistake
from relevo.validate.target.condition import Condition
from relevo.validate.target.kinds import numbers_of

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

_NUMBER = r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
_OPEN = re.compile(rf"(<=|>=|≤|≥|<|>)\s*{_NUMBER}")
_FROM = re.compile(rf"{_NUMBER}\s*\+")
_BETWEEN = re.compile(rf"{_NUMBER}\s*(?:-|–|—|\.\.|to)\s*{_NUMBER}")
_ONE = re.compile(_NUMBER)
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`; whether either end belongs to them."""

    key: str
    low: float
    high: float
    with_low: bool
    with_high: bool

    @classmethod
    def of(cls, key: str) -> Range | None:
        """Of "> 65", "<=17", "65+", "18-30" or "40"; None where it is none of these."""
        text = key.strip()
        if found := _OPEN.fullmatch(text):
            sign, end = found[1], float(found[2])
            closed = sign not in "<>"
            below = sign in ("<", "<=", "≤")
            low, high = (-math.inf, end) if below else (end, math.inf)
            return cls(text, low, high, closed and not below, closed and below)
        if found := _FROM.fullmatch(text):
            return cls(text, float(found[1]), math.inf, True, False)
        if found := _ONE.fullmatch(text):
            return cls(text, float(found[1]), float(found[1]), True, True)
        if found := _BETWEEN.fullmatch(text):
            low, high = float(found[1]), float(found[2])
            return cls(text, low, high, True, True) if low <= high else None
        return None

    def holds(self, numbers: Floats) -> NDArray[np.bool_]:
        """Which numbers are in it, `(n_rows,)`."""
        above = numbers >= self.low if self.with_low else numbers > self.low
        below = numbers <= self.high if self.with_high else numbers < self.high
        return above & below


@dataclass(frozen=True)
class Margin:
    """The shares of one column's categories or ranges, and where the rows are.

    Attributes
    ----------
    column
        Its name.
    texts
        What each share is of, as a sentence says it.
    shares
        Shape `(n_shares,)`, 0 to 1; they sum to 1, or to less where some rows are of none.
    codes
        Shape `(n_rows,)`: the position of the share that each row belongs to; `n_shares` for none.

    """

    column: str
    texts: tuple[str, ...]
    shares: Floats
    codes: Codes

    @classmethod
    def of(cls, column: pl.Series, shares: Mapping[Any, float]) -> Margin:
        """Read what is known of a column, and place the rows.

        Keys are categories. Of a column of numbers they may be ranges as well: "> 65", "<= 17",
        "65+", "18-30" with both ends, or one number. Where one range ends at the number at which
        the next begins ("18-30", "30-65"), or at the whole number before it ("18-30", "31-65"),
        what lies between them belongs to the lower one, and the shared end to the upper.

        Raises
        ------
        DataMistake
            When a key is no range of a column of numbers, ranges overlap, or shares are no shares.

        """
        keys = [str(key).strip() for key in shares]
        if column.dtype.is_numeric() and not all(map(_is_one, shares)):
            texts, codes = _by_range(column, keys)
        else:
            texts, codes = _by_category(column, shares)
        known = np.array([float(share) for share in shares.values()])
        _check(column.name, known, bool((codes == len(known)).any()))
        return cls(column.name, texts, known, codes)

    @property
    def have(self) -> Floats:
        """The share that each has of the rows, `(n_shares,)`."""
        counted = np.bincount(self.codes, minlength=len(self.shares) + 1)
        return np.asarray(counted[:-1] / max(len(self.codes), 1))

    def wanted(self) -> Floats:
        """The share that rows of each code shall have, `(n_shares + 1,)`; 0 where no row is.

        What the shares leave of 1 is for the rows of none; categories without rows are left out,
        and the others share what is left in proportion.
        """
        there = np.bincount(self.codes, minlength=len(self.shares) + 1) > 0
        every = np.append(self.shares, max(0.0, 1 - self.shares.sum())) * there
        if every.sum() <= 0:
            raise DataMistake("population.margins_contradict", columns=self.column)
        return np.asarray(every / every.sum())


def _is_one(key: object) -> bool:
    return not isinstance(key, str) or _ONE.fullmatch(key.strip()) is not None


def _by_category(column: pl.Series, shares: Mapping[Any, float]) -> tuple[tuple[str, ...], Codes]:
    numeric = column.dtype.is_numeric()
    names = [category_text(float(key) if numeric and _is_one(key) else key) for key in shares]
    codes = category_texts(column).replace_strict(
        pl.Series(names, dtype=pl.String),
        pl.Series(range(len(names)), dtype=pl.Int64),
        default=len(names),
        return_dtype=pl.Int64,
    )
    texts = tuple(Condition(column.name, "is", name).text for name in names)
    return texts, codes.fill_null(len(names)).to_numpy().astype(np.intp)


def _by_range(column: pl.Series, keys: Sequence[str]) -> tuple[tuple[str, ...], Codes]:
    found = [Range.of(key) for key in keys]
    ranges = [one for one in found if one is not None]
    if len(ranges) < len(keys):
        wrong = next(key for key, one in zip(keys, found, strict=True) if one is None)
        raise DataMistake("population.no_range", column=column.name, part=wrong)
    numbers = numbers_of(column)
    codes = np.full(len(numbers), len(keys), dtype=np.intp)
    for one in _side_by_side(column.name, ranges):
        codes[one.holds(numbers)] = keys.index(one.key)
    return tuple(f"{column.name} {key}" for key in keys), codes


def _side_by_side(column: str, ranges: Sequence[Range]) -> list[Range]:
    """In ascending order, each ending where the next begins if these two touch."""
    ordered = sorted(ranges, key=lambda one: (one.low, one.high, not one.with_low))
    for at in range(len(ordered) - 1):
        one, then = ordered[at], ordered[at + 1]
        whole = one.high.is_integer() and then.low.is_integer() and one.with_high
        if one.high == then.low and one.with_high and then.with_low:
            if one.low == one.high:
                ordered[at + 1] = replace(then, with_low=False)
            else:
                ordered[at] = replace(one, with_high=False)
        elif whole and then.low - one.high == 1 and then.with_low and one.low < one.high:
            ordered[at] = replace(one, high=then.low, with_high=False)
        elif one.high > then.low:
            raise DataMistake(
                "population.ranges_overlap", column=column, one=one.key, other=then.key
            )
    return ordered


def _check(column: str, shares: Floats, some_of_none: bool) -> None:
    total = float(shares.sum())
    proper = bool(((shares >= 0) & (shares <= 1)).all()) and total <= 1 + _ROUNDING
    if not proper or (not some_of_none and total < 1 - _ROUNDING):
        raise DataMistake("population.bad_shares", column=column, total=round(total, 6))
