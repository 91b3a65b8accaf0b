"""`Encoding`: columns as numbers, the same way for every frame; categories by their code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.validate.target.kinds import is_name, is_running, kind_of, numbers_of

Floats = NDArray[np.float64]

CATEGORIES = 255  # commonest first; the rest is one


@dataclass(frozen=True)
class Encoding:
    """How the columns of a frame become a matrix.

    Attributes
    ----------
    names
        The columns, in order.
    codes
        By the name of a column of categories, its commonest ones; the others share the next code.

    """

    names: tuple[str, ...]
    codes: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, *frames: pl.DataFrame) -> Encoding:
        """Of the columns of the first frame, with the categories of all."""
        names = tuple(frames[0].columns)
        codes = {
            name: _commonest([frame[name] for frame in frames])
            for name in names
            if "category" in (kind_of(frame[name]) for frame in frames)
        }
        return cls(names, codes)

    @property
    def categorical(self) -> list[int]:
        """The positions of the columns of categories."""
        return [place for place, name in enumerate(self.names) if name in self.codes]

    def __call__(self, frame: pl.DataFrame) -> Floats:
        """Shape `(n_rows, n_columns)`; missing as NaN."""
        return np.column_stack([self._column(frame[name]) for name in self.names])

    def _column(self, column: pl.Series) -> Floats:
        common = self.codes.get(column.name)
        if common is None:
            return numbers_of(column)
        words = column.cast(pl.String)
        codes = words.replace_strict(
            list(common), list(range(len(common))), default=len(common), return_dtype=pl.Float64
        )
        return np.where(words.is_not_null().to_numpy(), codes.to_numpy(), np.nan)


def _commonest(sides: Sequence[pl.Series]) -> tuple[str, ...]:
    words = pl.concat([side.cast(pl.String).rename("value") for side in sides])
    counted = words.drop_nulls().to_frame().group_by("value").len()
    return tuple(counted.sort("len", "value", descending=[True, False])["value"][:CATEGORIES])


def comparable(rows: pl.DataFrame) -> list[str]:
    """The columns that hold numbers or categories: no dates, texts, names or running numbers."""

    def fit(column: pl.Series) -> bool:
        kind = kind_of(column)
        named = kind == "category" and is_name(column.drop_nulls().n_unique(), rows.height)
        return kind is not None and not named and not is_running(column)

    return [name for name in rows.columns if fit(rows[name])]


def beside(rows: pl.DataFrame, prediction: Floats) -> pl.DataFrame:
    """The rows with what was predicted of them as columns: `(n_rows,)` or `(n_rows, n_classes)`."""
    said = prediction[:, 1:] if prediction.ndim == 2 else prediction[:, None]
    return rows.with_columns(pl.Series(f"prediction {at}", one) for at, one in enumerate(said.T))
