"""`TreeLanes`: which conditions a row meets, many at once, by one look-up per feature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relevo.learn.feature_codes import FeatureCodes, goes_left
from relevo.learn.forest import Forest, Positions
from relevo.learn.leaf_paths import LeafPaths

Words = NDArray[np.uint64]
_WORD_BYTES = 8


@dataclass(frozen=True, eq=False)
class TreeLanes:
    """Lanes of bits, side by side in words.

    Attributes
    ----------
    kind
        The type of a lane: bytes for eight conditions, or wider.
    count
        How many lanes there are; the last word may hold more.
    words
        For each word and each code of each feature, the bits of the conditions on that feature
        that the code meets, shape `(n_words, n_codes)`: a row's bits are the union over features.
    asked
        The features that each word asks for, by their places.

    """

    kind: type[np.unsignedinteger]
    count: int
    words: Words
    asked: tuple[tuple[int, ...], ...]

    @classmethod
    def of(
        cls,
        forest: Forest,
        paths: LeafPaths,
        codes: FeatureCodes,
        conditions: Positions,
        kind: type[np.unsignedinteger],
    ) -> TreeLanes:
        """Lanes that tell which of `conditions` `(n_lanes, n_bits)`, -1 for none, are met."""
        n_bits = conditions.shape[1]
        per_word = _WORD_BYTES // np.dtype(kind).itemsize
        n_words = -(-len(conditions) // per_word)
        table = np.zeros((n_words, int(codes.first[-1]), per_word), dtype=kind)
        feature = np.where(conditions < 0, -1, forest.feature[conditions >> 1])
        asked: list[list[int]] = [[] for _ in range(n_words)]
        for place, name in enumerate(codes.features):
            lanes, bits = np.nonzero(feature == name)
            if not len(lanes):
                continue
            some, which = np.unique(conditions[lanes, bits], return_inverse=True)
            met = _met(forest, paths, some, codes.representatives[place])
            own = slice(codes.first[place], codes.first[place + 1])
            for bit in range(n_bits):
                now = bits == bit
                word, lane = np.divmod(lanes[now], per_word)
                table[word, own, lane] |= met[which[now]].astype(kind) << kind(bit)
            for word in np.unique(lanes // per_word).tolist():
                asked[word].append(place)
        words = table.reshape(n_words, table.shape[1] * per_word).view(np.uint64)
        return cls(kind, len(conditions), words, tuple(map(tuple, asked)))

    def by_row(self) -> TreeLanes:
        """The same, what one row needs side by side in memory."""
        return TreeLanes(self.kind, self.count, np.asfortranarray(self.words), self.asked)

    def row(self, codes: Positions) -> NDArray[np.unsignedinteger]:
        """The lanes of one row, from its codes counted through all features."""
        met: Words = np.bitwise_or.reduce(self.words.T.take(codes, axis=0), axis=0)
        return met.view(self.kind)[: self.count]

    def rows(
        self, word: int, codes: Positions, first: Positions, spare: Words
    ) -> NDArray[np.unsignedinteger]:
        """The lanes of one word for rows with codes `(n_features, n_rows)`, `(n_rows, n_lanes)`."""
        found = np.zeros(codes.shape[1], dtype=np.uint64)
        for place in self.asked[word]:
            of_feature = self.words[word, first[place] : first[place + 1]]
            of_feature.take(codes[place], out=spare, mode="wrap")
            np.bitwise_or(found, spare, out=found)
        return found.view(self.kind).reshape(len(found), -1)


def _met(
    forest: Forest, paths: LeafPaths, conditions: Positions, values: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Which values meet which conditions on one feature, `(n_conditions, n_values)`."""
    met = np.ones((len(conditions), len(values)), dtype=bool)
    places, now = np.arange(len(conditions)), conditions
    while len(places):
        splits, which = np.unique(now >> 1, return_inverse=True)
        left = goes_left(forest, splits, values)
        met[places] &= left[which] == (now & 1)[:, np.newaxis]
        now = paths.above[now]
        places, now = places[now >= 0], now[now >= 0]
    return met
