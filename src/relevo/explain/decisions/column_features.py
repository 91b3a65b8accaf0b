"""`ColumnFeatures`: which features a column has become, and a value of it as these features."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from relevo.prepare.matrix import Matrix
from relevo.prepare.preparation import Preparation

Floats = NDArray[np.float64]


class ColumnFeatures:
    """The columns of a preparation, and their places in a prepared row.

    Attributes
    ----------
    columns
        The source columns, in the order in which they first occur.
    places
        For each column the positions of all its features, its key's included.
    held
        The same as flags, `(n_columns, n_features)`.

    """

    def __init__(self, preparation: Preparation) -> None:
        self._preparation = preparation
        self.columns = tuple(dict.fromkeys(preparation.columns))
        position = {column: place for place, column in enumerate(self.columns)}
        self._belongs = np.array([position[column] for column in preparation.columns], np.intp)
        self.places = {
            column: np.flatnonzero(self._belongs == place) for column, place in position.items()
        }
        self.held = self._belongs == np.arange(len(self.columns))[:, np.newaxis]
        self._encoders = {
            column: [step.row() for step in preparation.steps if step.column == column]
            for column in self.columns
        }
        self.plain = len(self.columns) == len(self._belongs)

    def encode(self, column: str, value: Any) -> Floats:
        """A value as the features at `places[column]`, in that order."""
        return np.array([number for encode in self._encoders[column] for number in encode(value)])

    def sums(self, per_feature: Floats) -> Floats:
        """Contributions of features `(..., n_features)`, added up to `(..., n_columns)`."""
        if self.plain:
            return per_feature
        summed = np.zeros((*per_feature.shape[:-1], len(self.columns)))
        for feature, place in enumerate(self._belongs):
            summed[..., place] += per_feature[..., feature]
        return summed

    def sums_row(self, per_feature: Floats) -> Floats:
        """The same of one row `(n_features,)`, in microseconds."""
        if self.plain:
            return per_feature
        summed = np.bincount(self._belongs, weights=per_feature, minlength=len(self.columns))
        return summed.astype(np.float64, copy=False)

    def matrix(self, values: Floats) -> Matrix:
        """Prepared rows `(n_rows, n_features)` as a matrix."""
        prepared = self._preparation
        return Matrix(values, prepared.features, prepared.columns, prepared.categories)
