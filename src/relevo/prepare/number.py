"""Numbers and booleans: as they are; what is not finite is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from math import inf, nan
from typing import Any, ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray


@dataclass(frozen=True)
class Number:
    """A column that already is a number."""

    kind: ClassVar[str] = "number"
    column: str

    @property
    def features(self) -> tuple[str, ...]:
        """The column itself."""
        return (self.column,)

    @property
    def codes(self) -> int:
        """None: it is a number."""
        return 0

    def table(self, values: pl.Series, out: NDArray[np.float64]) -> None:
        """Shape `(n_rows, 1)`; missing and infinite values become NaN."""
        # A column of booleans with nulls would come out of `to_numpy` as objects.
        numbers = values.cast(pl.Float64, strict=False).to_numpy()
        out[:, 0] = numbers
        with np.errstate(invalid="ignore", over="ignore"):  # infinity less infinity
            finite = np.isfinite(numbers.sum())
        if not finite:
            out[~np.isfinite(numbers), 0] = nan

    def row(self) -> Callable[[Any], tuple[float, ...]]:
        """One value to one feature."""

        def encode(value: Any) -> tuple[float, ...]:
            if value is None:
                return (nan,)
            number = float(value)
            return (number,) if -inf < number < inf else (nan,)

        return encode

    def to_dict(self) -> dict[str, Any]:
        """The column's name."""
        return asdict(self)

    @classmethod
    def from_dict(cls, saved: dict[str, Any]) -> Number:
        """The step that `to_dict` wrote."""
        return cls(**saved)
