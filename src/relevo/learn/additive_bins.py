"""`Bins`: the steps of an additive model, learnt from rows once and kept with the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relevo.learn.learner import Floats
from relevo.prepare.matrix import Matrix

Positions = NDArray[np.intp]
_MOST_ROWS_OF_EDGES = 50_000
# Of all numbers together: the time of a fit grows with the square of it, the memory, too.
_MOST_EDGES, _FEWEST = 600, 8
_BY_VALUE = 0.5


@dataclass(frozen=True, eq=False)
class Bins:
    """A bin for each stretch of a number, for each code of a category, and one for missing.

    Attributes
    ----------
    edges
        Of all features, one after the other: bin `i` of a feature ends with its edge `i`, which
        belongs to it. Between two codes of a category lies an edge as well.
    first_edge
        Where each feature's edges begin, shape `(n_features + 1,)`.
    position
        Where each bin lies between the first and the last one of its number, from 0 to 1: half by
        rank and half by value; the same for a category's, and 0 for missing, shape `(size,)`.
    is_category
        Shape `(n_features,)`.
    span
        The least and the largest number of each feature that was seen, shape `(n_features, 2)`.

    """

    edges: Floats
    first_edge: Positions
    position: Floats
    is_category: NDArray[np.bool_]
    span: Floats

    @classmethod
    def learn(cls, matrix: Matrix, most: int) -> Bins:
        """The bins of a matrix, at most so many of a number, equally filled."""
        n_numbers = len(matrix.features) - len(matrix.categories)
        most = min(most, max(_FEWEST, _MOST_EDGES // max(1, n_numbers)))
        edges: list[Floats] = []
        positions: list[Floats] = []
        for place in range(len(matrix.features)):
            if place in matrix.categories:
                codes = matrix.categories[place]
                edges.append(np.arange(codes - 1, dtype=np.float64) + 0.5)
                positions.append(np.zeros(codes + 1))
                continue
            own, where = _of_number(matrix.values[:, place], most)
            edges.append(own)
            positions.append(np.append(where, 0.0))
        return cls(
            np.concatenate(edges),
            np.cumsum([0, *map(len, edges)], dtype=np.intp),
            np.concatenate(positions),
            np.isin(np.arange(len(edges)), list(matrix.categories)),
            np.array([_ends(number) for number in matrix.values.T]).reshape(-1, 2),
        )

    @cached_property
    def first(self) -> Positions:
        """Where each feature's bins begin, the last of each for missing, `(n_features + 1,)`."""
        return np.asarray(self.first_edge + 2 * np.arange(len(self.first_edge)))

    @property
    def size(self) -> int:
        """How many bins there are in all."""
        return int(self.first[-1])

    def of(self, feature: int) -> slice:
        """The bins of a feature, missing included."""
        return slice(int(self.first[feature]), int(self.first[feature + 1]))

    def edges_of(self, feature: int) -> Floats:
        """The edges of a feature."""
        return self.edges[self.first_edge[feature] : self.first_edge[feature + 1]]

    def places(self, values: Floats) -> Positions:
        """The bin of each feature of each row, `(n_rows, n_features)`."""
        found = np.empty(values.shape, dtype=np.intp)
        for feature in range(values.shape[1]):
            number, bins = values[:, feature], self.of(feature)
            inside = np.searchsorted(self.edges_of(feature), number)
            found[:, feature] = np.where(np.isnan(number), bins.stop - 1, bins.start + inside)
        return found

    def arrays(self) -> dict[str, Any]:
        """What `from_arrays` makes the same bins from."""
        return {name: getattr(self, name) for name in FIELDS}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Bins:
        """The bins that `arrays` told of."""
        return cls(*(arrays[name] for name in FIELDS))

    @property
    def key(self) -> object:
        """What is the same only in equal bins."""
        return self.edges.tobytes(), self.first_edge.tobytes()


FIELDS = tuple(Bins.__dataclass_fields__)


def _of_number(number: Floats, most: int) -> tuple[Floats, Floats]:
    """The edges, and where each bin lies."""
    known = number[~np.isnan(number)]
    known = known[:: 1 + len(known) // _MOST_ROWS_OF_EDGES]
    levels = np.unique(known)
    if len(levels) > most:
        shares = np.linspace(0, 1, most + 1)[1:-1]
        edges = np.unique(np.quantile(known, shares, method="inverted_cdf"))
        edges = edges[edges < levels[-1]]  # beyond the last one lies at least one row
    else:
        edges = levels[:-1] / 2 + levels[1:] / 2
    where = np.searchsorted(edges, known)
    count = np.bincount(where, minlength=len(edges) + 1)
    rank = np.asarray(np.cumsum(count) - count / 2, dtype=np.float64)
    small = known / max(1.0, float(np.abs(known).max(initial=0.0)))  # sums stay finite
    value = np.asarray(np.bincount(where, small, len(count)) / np.maximum(count, 1))
    return edges, _BY_VALUE * _stretched(value) + (1.0 - _BY_VALUE) * _stretched(rank)


def _ends(number: Floats) -> tuple[float, float]:
    known = number[~np.isnan(number)]
    return (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)


def _stretched(ascending: Floats) -> Floats:
    span = ascending[-1] - ascending[0]
    return np.asarray((ascending - ascending[0]) / (span if span > 0 else 1.0))
