"""Keys: a number for each value of a column, the same one in every table, row and process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.data.category_text import category_text, category_texts

_SURPLUS_BITS = 11  # a float holds 53 bits of 64: of 100,000 values two agree once in 2 million
_MISSING = 0.0


@dataclass(frozen=True)
class Key:
    """A column whose values name something: a place, a segment, a device.

    Nothing is learnt: a value that nobody has seen has its own key at once.
    """

    kind: ClassVar[str] = "key"
    column: str

    @property
    def features(self) -> tuple[str, ...]:
        """One number, which names and does not measure."""
        return (f"key of {self.column}",)

    @property
    def codes(self) -> int:
        """None: a key is no code of few."""
        return 0

    def table(self, values: pl.Series, out: NDArray[np.float64]) -> None:
        """Shape `(n_rows, 1)`; the key of each value."""
        out[:, 0] = keys_of(values)

    def row(self) -> Callable[[Any], tuple[float, ...]]:
        """One value to its key."""

        def encode(value: Any) -> tuple[float, ...]:
            return (key_of(value),)

        return encode

    def to_dict(self) -> dict[str, Any]:
        """The column."""
        return {"column": self.column}

    @classmethod
    def from_dict(cls, saved: dict[str, Any]) -> Key:
        """The step that `to_dict` wrote."""
        return cls(saved["column"])


def key_of(value: Any) -> float:
    """The key of one value; 0 of a missing one.

    Examples
    --------
    >>> key_of("Lima") == key_of("Lima"), key_of(3) == key_of("3"), key_of(None)
    (True, True, 0.0)

    """
    if value is None:
        return _MISSING
    text = value if value.__class__ is str else category_text(value)
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return float((int.from_bytes(digest, "little") >> _SURPLUS_BITS) or 1)


def keys_of(values: pl.Series) -> NDArray[np.float64]:
    """The key of each value of a column, shape `(n_rows,)`."""
    texts = category_texts(values)
    names = texts.drop_nulls().unique()
    keys = [*map(key_of, names.to_list())]
    found = texts.replace_strict(names, keys, default=_MISSING, return_dtype=pl.Float64)
    return found.to_numpy()
