"""`Rows`: a matrix and its target, taken apart and held back together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relevo.errors import DataMistake
from relevo.learn.learner import Target
from relevo.prepare.matrix import Matrix

FEWEST_ROWS = 2  # one to learn from, one to choose by


@dataclass(frozen=True)
class Rows:
    """Prepared rows with what is to be predicted of them."""

    matrix: Matrix
    target: Target

    def __len__(self) -> int:
        return len(self.matrix)

    def take(self, rows: NDArray[np.intp] | slice) -> Rows:
        """Some of the rows."""
        return Rows(self.matrix.take(rows), self.target.take(rows))

    def scaled(self, factor: float, shift: float) -> Rows:
        """The rows with a regression's target in other units, see `Target.scaled`."""
        return Rows(self.matrix, self.target.scaled(factor, shift))

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """The large arrays as a runner shares them: `<prefix>_values`, `_target`, `_weight`."""
        weight = {} if self.target.weight is None else {"weight": self.target.weight}
        found = {"values": self.matrix.values, "target": self.target.values, **weight}
        return {f"{prefix}_{name}": array for name, array in found.items()}

    def with_arrays(self, prefix: str, arrays: Mapping[str, NDArray[Any]]) -> Rows:
        """Rows of the same features and classes over arrays named as in `arrays`."""
        old = self.matrix
        values = arrays[f"{prefix}_values"]
        matrix = Matrix(values, old.features, old.columns, old.categories)
        weight = arrays.get(f"{prefix}_weight")
        return Rows(matrix, Target(arrays[f"{prefix}_target"], self.target.classes, weight))


def spread_and_mean(target: Target) -> tuple[float, float]:
    """The factor and the shift that bring a regression's target from mean 0 and spread 1 back.

    Examples
    --------
    >>> spread_and_mean(Target(np.array([1.0, 3.0])))
    (1.0, 2.0)

    """
    if target.classes:
        return 1.0, 0.0
    mean = float(np.average(target.values, weights=target.weight))
    variance = float(np.average((target.values - mean) ** 2, weights=target.weight))
    return float(np.sqrt(variance)) or 1.0, mean


def that_count(target: Target) -> NDArray[np.intp]:
    """The rows of a weight above zero: a fold, or a sample, of others only has no loss.

    Raises
    ------
    DataMistake
        When there are less than two.

    """
    weight = target.weight
    counted = np.arange(len(target)) if weight is None else np.flatnonzero(weight > 0)
    if len(counted) < FEWEST_ROWS:
        raise DataMistake("learn.too_few_rows", rows=len(counted), needed=FEWEST_ROWS)
    return counted
