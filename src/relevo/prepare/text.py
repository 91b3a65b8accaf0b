"""Free text: the weight of its most telling words (TF-IDF; Spärck Jones, 1972)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from math import log, sqrt
from typing import Any, ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

_WORD = re.compile(r"\w\w+")
_MOST_WORDS = 300
_MOST_CELLS = 30_000_000
_IN_AT_LEAST = 5
_IN_AT_MOST = 0.7


@dataclass(frozen=True)
class Text:
    """A column of free text.

    Attributes
    ----------
    words
        The words that became features.
    rarity
        The inverse document frequency of each word.

    """

    kind: ClassVar[str] = "text"
    column: str
    words: tuple[str, ...]
    rarity: tuple[float, ...]

    @classmethod
    def fit(cls, values: pl.Series) -> Text:
        """Keep the words that are in many texts, but not in most."""
        texts = values.cast(pl.String).drop_nulls().to_list()
        found = Counter(word for text in texts for word in set(words_of(text)))
        telling = [
            (count, word)
            for word, count in found.items()
            if _IN_AT_LEAST <= count <= _IN_AT_MOST * len(texts)
        ]
        most = min(_MOST_WORDS, max(10, _MOST_CELLS // max(1, len(values))))
        kept = sorted(telling, key=lambda pair: (-pair[0], pair[1]))[:most]
        rarity = tuple(log((1 + len(texts)) / (1 + count)) + 1 for count, _ in kept)
        return cls(values.name, tuple(word for _, word in kept), rarity)

    @property
    def features(self) -> tuple[str, ...]:
        """The number of words in the text, then one feature per word."""
        return (f"{self.column}.length", *(f"{self.column}.{word}" for word in self.words))

    @property
    def codes(self) -> int:
        """None: the features are numbers."""
        return 0

    def table(self, values: pl.Series, out: NDArray[np.float64]) -> None:
        """Shape `(n_rows, 1 + len(words))`."""
        encode = self.row()
        for position, text in enumerate(values.cast(pl.String).to_list()):
            out[position] = encode(text)

    def row(self) -> Callable[[Any], tuple[float, ...]]:
        """One text to its features; a missing text has no words."""
        place = {word: position for position, word in enumerate(self.words, start=1)}
        rarity = (0.0, *self.rarity)
        width = len(rarity)

        def encode(value: Any) -> tuple[float, ...]:
            weights = [0.0] * width
            words = words_of(value) if value else []
            for word in words:
                position = place.get(word)
                if position:
                    weights[position] += rarity[position]
            length = sqrt(sum(weight * weight for weight in weights)) or 1.0
            weights = [weight / length for weight in weights]
            weights[0] = float(len(words))
            return tuple(weights)

        return encode

    def to_dict(self) -> dict[str, Any]:
        """The column, its words and their rarity."""
        return {"column": self.column, "words": list(self.words), "rarity": list(self.rarity)}

    @classmethod
    def from_dict(cls, saved: dict[str, Any]) -> Text:
        """The step that `to_dict` wrote."""
        return cls(saved["column"], tuple(saved["words"]), tuple(saved["rarity"]))


def words_of(text: str) -> list[str]:
    """The words of a text, in lower case."""
    return _WORD.findall(text.lower())
