"""`Matrix`: rows as numbers, ready for a learner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Matrix:
    """Prepared rows.

    Attributes
    ----------
    values
        Shape `(n_rows, n_features)`, float64; missing is NaN; a category is its code.
    features
        The features' names, one per column of `values`.
    columns
        The source column of each feature, one per column of `values`.
    categories
        How many codes each category feature has, by its position in `values`; code 0 stands for
        rare and unseen values.

    """

    values: NDArray[np.float64]
    features: tuple[str, ...]
    columns: tuple[str, ...]
    categories: dict[int, int]

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: NDArray[np.intp] | slice) -> Matrix:
        """The matrix of some of the rows."""
        return Matrix(self.values[rows], self.features, self.columns, self.categories)

    def with_values(self, values: NDArray[np.float64]) -> Matrix:
        """Other rows of the same features."""
        return Matrix(values, self.features, self.columns, self.categories)
