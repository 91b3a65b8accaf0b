"""`FeatureCodes`: values as the position between the thresholds that a forest asks for."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from relevo.learn.forest import (
    CATEGORICAL,
    DEFAULT_LEFT,
    MISSING_IS_NAN,
    MISSING_IS_ZERO,
    Forest,
    Positions,
)
from relevo.learn.learner import Floats

# What LightGBM takes for zero: kZeroThreshold (include/LightGBM/meta.h), a float32.
_ZERO = float(np.float32(1e-35))
_BELOW_ZERO = float(np.nextafter(-_ZERO, -np.inf))


@dataclass(frozen=True, eq=False)
class FeatureCodes:
    """A forest sees of a value only between which thresholds it lies.

    Attributes
    ----------
    features
        The features that some split asks for, ascending.
    cuts
        Of each of them, its thresholds, ascending; None for a category.
    representatives
        Of each of them, one value of each code. A number's code is the count of thresholds below
        it, and the last code is a missing value's; a category's code is itself, and the last one
        stands for all that no split names.

    """

    features: Positions
    cuts: tuple[Floats | None, ...]
    representatives: tuple[Floats, ...]

    @classmethod
    def of(cls, forest: Forest) -> FeatureCodes | None:
        """The codes of a forest's features; None when one is both a number and a category."""
        by_category = forest.decision & CATEGORICAL > 0
        features = np.unique(forest.feature)
        cuts: list[Floats | None] = []
        representatives: list[Floats] = []
        for feature in features:
            own = forest.feature == feature
            if by_category[own].any():
                if not by_category[own].all():
                    return None
                named = 1 + max(max(forest.members[int(s)], default=0) for s in np.flatnonzero(own))
                cuts.append(None)
                representatives.append(np.append(np.arange(named), np.nan))
                continue
            thresholds = forest.threshold[own]
            if (forest.missing[own] == MISSING_IS_ZERO).any():
                thresholds = np.append(thresholds, (_BELOW_ZERO, _ZERO))
            cuts.append(np.unique(thresholds))
            representatives.append(np.append(np.unique(thresholds), (np.inf, np.nan)))
        return cls(features, tuple(cuts), tuple(representatives))

    @cached_property
    def first(self) -> Positions:
        """Where each feature's codes begin when all are counted through, one entry more."""
        sizes = [len(one) for one in self.representatives]
        return np.concatenate(([0], np.cumsum(sizes))).astype(np.intp)

    def __call__(self, values: Floats) -> NDArray[np.int32]:
        """The codes of rows `(n_rows, n_features)`, shape `(n_used_features, n_rows)`."""
        codes = np.empty((len(self.features), len(values)), dtype=np.int32)
        for place, (feature, cuts) in enumerate(zip(self.features, self.cuts, strict=True)):
            own = values[:, feature]
            last = len(self.representatives[place]) - 1
            if cuts is None:
                named = (own > -1.0) & (own < last)
                codes[place] = np.where(named, own, last).astype(np.int32)
            else:
                own = np.where(np.abs(own) <= _ZERO, 0.0, own)
                codes[place] = np.where(np.isnan(own), last, cuts.searchsorted(own))
        return codes

    def row(self, values: Floats) -> Positions:
        """The codes of one row, counted through all features as in `first`."""
        codes = []
        for feature, cuts, start, last in self._steps:
            value = values.item(feature)
            if cuts is None:
                codes.append(start + (int(value) if -1.0 < value < last else last))
            elif value != value:
                codes.append(start + last)
            else:
                codes.append(start + bisect_left(cuts, 0.0 if abs(value) <= _ZERO else value))
        return np.array(codes, dtype=np.intp)

    @cached_property
    def _steps(self) -> list[tuple[int, list[float] | None, int, int]]:
        return [
            (int(feature), None if cuts is None else cuts.tolist(), int(start), len(known) - 1)
            for feature, cuts, start, known in zip(
                self.features, self.cuts, self.first, self.representatives, strict=False
            )
        ]


def goes_left(forest: Forest, splits: Positions, values: Floats) -> NDArray[np.bool_]:
    """Whether each value `(n_values,)` goes left at each split, `(n_splits, n_values)`.

    The splits ask for one feature.
    """
    if len(splits) and forest.decision[splits[0]] & CATEGORICAL:
        return np.stack([np.isin(values, forest.members[int(split)]) for split in splits])
    kind = forest.missing[splits][:, np.newaxis]
    gone = np.isnan(values)
    known = np.where(gone, 0.0, values)
    missing = np.where(kind == MISSING_IS_NAN, gone, np.abs(known) <= _ZERO)
    missing &= kind != 0
    default = (forest.decision[splits] & DEFAULT_LEFT > 0)[:, np.newaxis]
    return np.where(missing, default, known <= forest.threshold[splits][:, np.newaxis])
