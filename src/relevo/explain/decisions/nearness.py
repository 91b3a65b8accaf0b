"""`Nearness`: how far a row is from the nearest real one, and how far real ones are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from relevo.prepare.category import Category
from relevo.prepare.matrix import Matrix
from relevo.prepare.number import Number
from relevo.prepare.preparation import Preparation

Floats = NDArray[np.float64]

_MOST_ROWS, _MOST_PROBED = 500, 100
_USUAL = 0.95


class Nearness:
    """Distances to real rows: standard deviations of numbers and one per other category, summed.

    As Gower (1971), Biometrics 27, weighs columns of both kinds, in units of the data.

    Parameters
    ----------
    preparation
        Of the model; numbers and categories count.
    rows
        Real rows, prepared; of many a sample is taken.
    spreads
        The standard deviation of each number.

    Attributes
    ----------
    usual
        So near is the nearest other row to 95 % of the real rows.

    """

    def __init__(
        self, preparation: Preparation, rows: Matrix, spreads: Mapping[str, float]
    ) -> None:
        features, start = [], 0
        for step in preparation.steps:
            if isinstance(step, Number | Category):
                features.append((start, spreads.get(step.column, 0.0) or 1.0, step.codes > 0))
            start += len(step.features)
        self._at = np.array([at for at, _, _ in features], np.intp)
        self._scale = np.array([scale for _, scale, _ in features], np.float32)
        self._is_category = np.array([coded for _, _, coded in features], np.bool_)
        values = rows.values
        if len(values) > _MOST_ROWS:
            chosen = np.random.default_rng(0).choice(len(values), _MOST_ROWS, replace=False)
            values = values[chosen]
        self._real = self._scaled(values)
        probed = self._distances(values[:_MOST_PROBED])
        probed[np.arange(len(probed)), np.arange(len(probed))] = np.inf
        nearest = probed.min(axis=1)
        self.usual = float(np.quantile(nearest, _USUAL)) if len(values) > 1 else np.inf

    def __call__(self, values: Floats) -> Floats:
        """The distance of each prepared row from the nearest real one, `(n_rows,)`."""
        found: Floats = self._distances(values).min(axis=1).astype(np.float64)
        return found

    def _distances(self, values: Floats) -> NDArray[np.float32]:
        total = np.zeros((len(values), len(self._real)), np.float32)
        scaled = self._scaled(values)
        for column, is_category in enumerate(self._is_category):
            one, real = scaled[:, [column]], self._real[:, column]
            apart = np.abs(one - real) if not is_category else (one != real).astype(np.float32)
            missing = np.isnan(one) | np.isnan(real)
            total += np.where(missing, np.isnan(one) ^ np.isnan(real), apart)
        return total

    def _scaled(self, values: Floats) -> NDArray[np.float32]:
        chosen = values[:, self._at].astype(np.float32)
        return np.where(self._is_category, chosen, chosen / self._scale).astype(np.float32)
