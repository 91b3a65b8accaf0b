"""Columns as standardised features, in which populations are compared and balanced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEVELS = 30  # categories of one column with an indicator of their own
TAIL = 0.01  # beyond these quantiles a number counts as the quantile: its mean shall be no outlier
MOST = 300
SQUARE = 0.05


@dataclass(frozen=True, eq=False)
class Features:
    """Of training and target rows: mean 0 and standard deviation 1 over both, equally weighted.

    Attributes
    ----------
    training, target
        Shapes `(n_rows, n_features)`.

    """

    training: Floats
    target: Floats

    @classmethod
    def of(cls, matrix: Floats, categorical: list[int], is_target: Bools) -> Features:
        """Numbers and their squares, indicators of categories and of missing values.

        Of more than 300 the squares and the rarest categories are left out first: never by how much
        they differ, else chance would choose.
        """
        parts = [
            part
            for at in range(matrix.shape[1])
            for part in _parts(matrix[:, at], at in categorical)
        ]
        parts.sort(key=lambda part: -part[0])
        scaled = (_scaled(part, is_target) for _, part in parts)
        kept = [part for part in scaled if part is not None][:MOST]
        if not kept:
            return cls(*(np.zeros((int(side.sum()), 0)) for side in (~is_target, is_target)))
        every = np.stack(kept, axis=1)
        return cls(every[~is_target], every[is_target])


def _parts(column: Floats, is_category: bool) -> Iterator[tuple[float, Floats]]:
    """Each with how much it matters: a number 1, an indicator its variance, a square less."""
    missing = np.isnan(column)
    yield float(missing.var()), missing.astype(np.float64)
    known = column[~missing]
    if is_category:
        for level in range(min(LEVELS, int(known.max(initial=-1)) + 1)):
            held = (column == level).astype(np.float64)
            yield float(held.var()), held
    elif len(known):
        low, high = np.quantile(known, [TAIL, 1 - TAIL])
        if low == high:
            low, high = known.min(), known.max()
        # in its own size: the squares of the largest floats overflow
        held = np.clip(column, low, high) / (max(abs(low), abs(high)) or 1.0)
        held = np.where(missing, 0.0, held - held[~missing].mean())
        yield 1.0, held
        if len(np.unique(held[:1000])) > 2:
            yield SQUARE, held**2


def _scaled(part: Floats, is_target: Bools) -> Floats | None:
    sides = part[~is_target], part[is_target]
    spread = np.sqrt((sides[0].var() + sides[1].var()) / 2)
    if spread <= 1e-12:
        return None
    scaled: Floats = (part - (sides[0].mean() + sides[1].mean()) / 2) / spread
    return scaled
