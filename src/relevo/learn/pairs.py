"""`Pairs`: features made of two others each, for what a single split of a tree cannot see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relevo.learn.learner import Floats, Target
from relevo.learn.rows import Rows
from relevo.prepare.matrix import Matrix

Positions = NDArray[np.intp]
MOST_FEATURES = 42
_MOST_NUMBERS, _MOST_CATEGORIES = 4, 3
_FEWEST_CODES = 4  # the mean within one of two or three categories tells no more than its code
_FEWEST_VALUES = 6
_PRIOR_ROWS = 5.0  # by so many rows each category's mean is drawn towards the mean of all
_MOST_ROWS_TO_CHOOSE = 20_000
_QUANTILES = 20


@dataclass(frozen=True)
class Pairs:
    """Differences, ratios and products of numbers; numbers seen from the mean of their category.

    Four numbers and three categories at most, those that tell most of the target on their own: all
    rows of the search have a say in that, the held ones too, as they have in all that it chooses.
    For each pair of numbers: difference, ratio, product. For each number and category: the number's
    mean in that category, and how many standard deviations the row's own lies above it.

    Attributes
    ----------
    numbers, categories
        Positions of the features in the matrix.
    first_level
        Where each category's codes begin in `mean`; the last of each stands for missing.
    mean, spread
        Shape `(n_levels, n_numbers)`: of the numbers of the rows of each code.

    """

    numbers: Positions
    categories: Positions
    first_level: Positions
    mean: Floats
    spread: Floats

    @classmethod
    def learn(cls, rows: Rows, without: frozenset[str] = frozenset()) -> Pairs:
        """Choose the features of a matrix, but for those named `without`, and learn their means."""
        matrix = rows.matrix
        every = 1 + len(rows) // _MOST_ROWS_TO_CHOOSE
        few = rows.take(slice(None, None, every))
        usable = [p for p, name in enumerate(matrix.features) if name not in without]
        numbers = [p for p in usable if p not in matrix.categories]
        numbers = _strongest([p for p in numbers if _varied(few, p)], few, _MOST_NUMBERS)
        categories = [p for p in usable if matrix.categories.get(p, 0) >= _FEWEST_CODES]
        categories = _strongest(categories, few, _MOST_CATEGORIES) if numbers else []
        values = matrix.values[:, numbers]
        levels = [_levels(matrix.values[:, p], matrix.categories[p]) for p in categories]
        counts = [matrix.categories[p] + 1 for p in categories]
        moments = [_moments(values, level, n) for level, n in zip(levels, counts, strict=True)]
        none = np.empty((0, len(numbers)))
        return cls(
            np.array(numbers, dtype=np.intp),
            np.array(categories, dtype=np.intp),
            np.concatenate(([0], np.cumsum(counts, dtype=np.intp))).astype(np.intp),
            np.concatenate([none, *(mean for mean, _ in moments)]),
            np.concatenate([none, *(spread for _, spread in moments)]),
        )

    @staticmethod
    def possible(matrix: Matrix) -> bool:
        """Whether there are features to pair."""
        numbers = len(matrix.features) - len(matrix.categories)
        coded = any(codes >= _FEWEST_CODES for codes in matrix.categories.values())
        return numbers > 1 or (numbers == 1 and coded)

    @property
    def count(self) -> int:
        """How many features there are."""
        return len(self._share)

    @property
    def key(self) -> object:
        """What is the same only in equal pairs."""
        return self.numbers.tobytes(), self.categories.tobytes(), self.mean.tobytes()

    def widened(self, values: Floats) -> Floats:
        """The features behind those of rows `(n_rows, n_features)` or of one `(n_features,)`."""
        numbers = values[..., self.numbers]
        left, right = (numbers[..., side] for side in self.sides)
        level = self._level(values[..., self.categories])
        mean = self.mean[level]
        with np.errstate(all="ignore"):
            above = (numbers[..., np.newaxis, :] - mean) / self.spread[level]
            made = [left - right, left / right, left * right]
        flat = (*values.shape[:-1], len(self.categories) * len(self.numbers))
        wide = np.concatenate([values, *made, mean.reshape(flat), above.reshape(flat)], axis=-1)
        added = wide[..., values.shape[-1] :]
        added[~np.isfinite(added)] = np.nan
        return wide

    def rows(self, rows: Rows) -> Rows:
        """Rows with the features behind their own."""
        old, names = rows.matrix, tuple(f"pair {place}" for place in range(self.count))
        features, columns = old.features + names, old.columns + names
        matrix = Matrix(self.widened(old.values), features, columns, old.categories)
        return Rows(matrix, rows.target)

    def arrays(self) -> dict[str, Any]:
        """What `of` makes the same pairs from."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Pairs:
        """The pairs that `arrays` told of."""
        return cls(**arrays)

    def shared(self, parts: Floats) -> Floats:
        """Contributions `(..., n_features + count + 1)` given back to the features alone.

        What a pair of two features adds counts half for each; a number's mean in a category is the
        category's.
        """
        own = parts[..., : -1 - self.count].copy()
        pairs = parts[..., own.shape[-1] : -1]
        for one in range(2):
            for place, source in enumerate(self._share[:, one]):
                own[..., source] += 0.5 * pairs[..., place]
        return np.concatenate([own, parts[..., -1:]], axis=-1)

    @cached_property
    def sides(self) -> tuple[Positions, Positions]:
        """The two numbers of each ratio and difference: their places in `numbers`."""
        left, right = np.triu_indices(len(self.numbers), k=1)
        return left, right

    @cached_property
    def _share(self) -> Positions:
        """The two features that each one is made of, shape `(count, 2)`."""
        left, right = (self.numbers[side] for side in self.sides)
        category = np.repeat(self.categories, len(self.numbers))
        number = np.tile(self.numbers, len(self.categories))
        return np.concatenate(
            (
                np.tile(np.stack((left, right), axis=1), (3, 1)),
                np.stack((category, category), axis=1),
                np.stack((category, number), axis=1),
            )
        )

    def _level(self, codes: Floats) -> Positions:
        return _levels(codes, self.n_codes) + self.first_level[:-1]

    @cached_property
    def n_codes(self) -> Positions:
        """How many codes each category has."""
        return np.diff(self.first_level) - 1


def _levels(codes: Floats, n_codes: int | Positions) -> Positions:
    """Codes as rows of `mean`: what is missing or unknown comes last."""
    return np.where((codes >= 0) & (codes < n_codes), codes, n_codes).astype(np.intp)


def _moments(values: Floats, level: Positions, n_levels: int) -> tuple[Floats, Floats]:
    """Mean and spread of each number among the rows of each level."""
    mean = np.zeros((n_levels, values.shape[1]))
    spread = np.ones_like(mean)
    for place, number in enumerate(values.T):
        known = np.isfinite(number)
        x, at = number[known], level[known]
        if not len(x):
            continue
        count = np.bincount(at, minlength=n_levels) + _PRIOR_ROWS
        mean[:, place] = (np.bincount(at, x, n_levels) + _PRIOR_ROWS * x.mean()) / count
        with np.errstate(over="ignore"):  # a spread beyond float64 is infinite: no row stands out
            square = (x - mean[at, place]) ** 2
            variance = (np.bincount(at, square, n_levels) + _PRIOR_ROWS * x.var()) / count
        spread[:, place] = np.sqrt(np.where(variance > 0, variance, 1.0))
    return mean, spread


def _varied(rows: Rows, place: int) -> bool:
    return len(np.unique(rows.matrix.values[:, place])) >= _FEWEST_VALUES


def _strongest(places: list[int], rows: Rows, most: int) -> list[int]:
    """The features that tell most of the target, in the order of their positions."""
    told = {place: _told(rows, place) for place in places}
    return sorted(sorted(places, key=lambda place: -told[place])[:most])


def _told(rows: Rows, place: int) -> float:
    """The share of the target's variance between a feature's quantiles or codes, less chance's."""
    values, signals = rows.matrix.values[:, place], _signals(rows.target)
    if place in rows.matrix.categories:
        group = _levels(values, rows.matrix.categories[place])
    else:
        finite = values[np.isfinite(values)]
        edges = np.unique(np.quantile(finite, np.linspace(0, 1, _QUANTILES + 1)[1:-1]))
        group = np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values))
    count = np.bincount(group)
    sums = np.stack([np.bincount(group, signal) for signal in signals.T])
    variance = signals.var(axis=0).sum()
    between = (sums**2 / np.maximum(count, 1)).sum() - (count > 0).sum() * variance
    return float(between / max(len(rows) * variance, np.finfo(float).tiny))


def _signals(target: Target) -> Floats:
    """The target's deviations from its mean, one column for each class of a classification."""
    values = target.values[:, np.newaxis]
    columns = values == np.arange(len(target.classes)) if target.classes else values
    return np.asarray(columns - columns.mean(axis=0), dtype=np.float64)
