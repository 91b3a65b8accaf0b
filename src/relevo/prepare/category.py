"""Categories: a code each; rare and unseen ones share code 0, missing is NaN."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import nan
from typing import Any, ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.data.category_text import category_text, category_texts

# A category with fewer rows than this teaches a model noise; LightGBM's own floor for a
# categorical split (min_data_per_group) is 100, a linear model needs fewer.
_RARE_BELOW = 10
_MOST_CODES = 1_000


@dataclass(frozen=True)
class Category:
    """A column of categories, the frequent ones first."""

    kind: ClassVar[str] = "category"
    column: str
    frequent: tuple[str, ...]

    @classmethod
    def fit(cls, values: pl.Series) -> Category:
        """Give codes to the categories that are frequent enough in these values."""
        counts = category_texts(values).drop_nulls().value_counts()
        floor = min(_RARE_BELOW, max(1, len(values) // 100))
        kept = counts.filter(pl.col("count") >= floor).sort(
            ["count", values.name], descending=[True, False]
        )
        return cls(values.name, tuple(kept[values.name].head(_MOST_CODES).to_list()))

    @property
    def features(self) -> tuple[str, ...]:
        """The column itself."""
        return (self.column,)

    @property
    def codes(self) -> int:
        """The frequent categories, and one code for all others."""
        return len(self.frequent) + 1

    def table(self, values: pl.Series, out: NDArray[np.float64]) -> None:
        """Shape `(n_rows, 1)`; the code of each value."""
        codes = category_texts(values).replace_strict(
            list(self.frequent),
            [float(code) for code in range(1, self.codes)],
            default=0.0,
            return_dtype=pl.Float64,
        )
        out[:, 0] = codes.to_numpy()
        if values.null_count():
            out[values.is_null().to_numpy(), 0] = nan

    def row(self) -> Callable[[Any], tuple[float, ...]]:
        """One value to its code."""
        codes = {name: (float(code),) for code, name in enumerate(self.frequent, start=1)}
        missing, other = (nan,), (0.0,)

        def encode(value: Any) -> tuple[float, ...]:
            if value is None:
                return missing
            return codes.get(value if value.__class__ is str else category_text(value), other)

        return encode

    def to_dict(self) -> dict[str, Any]:
        """The column and its frequent categories, in the order of their codes."""
        return {"column": self.column, "frequent": list(self.frequent)}

    @classmethod
    def from_dict(cls, saved: dict[str, Any]) -> Category:
        """The step that `to_dict` wrote."""
        return cls(saved["column"], tuple(saved["frequent"]))
