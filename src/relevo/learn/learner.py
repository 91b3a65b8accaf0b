"""The protocols that strategies know: `Learner`, `Predictor`, and the `Prediction` they give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.prepare.matrix import Matrix

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Target:
    """What is to be predicted, for each row of a matrix.

    Attributes
    ----------
    values
        Shape `(n_rows,)`: the number, or the position of the row's class in `classes`.
    classes
        The labels of a classification, in order; empty for a regression.
    weight
        Shape `(n_rows,)`, or None when every row counts the same.

    """

    values: Floats
    classes: tuple[Any, ...] = ()
    weight: Floats | None = None

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: NDArray[np.intp] | slice) -> Target:
        """The target of some of the rows."""
        weight = None if self.weight is None else self.weight[rows]
        return Target(self.values[rows], self.classes, weight)


@dataclass(frozen=True)
class Prediction:
    """What a predictor says of each row.

    Attributes
    ----------
    values
        Shape `(n_rows,)`: the number, or the position of the most probable class.
    probabilities
        Shape `(n_rows, n_classes)` for a classification, else None.

    """

    values: Floats
    probabilities: Floats | None = None


class Predictor(Protocol):
    """A trained thing that predicts; nothing downstream knows how it was trained."""

    @property
    def kind(self) -> str:
        """The name under which `relevo.learn.registry` loads it again."""
        ...

    def predict(self, matrix: Matrix) -> Prediction:
        """The prediction for each row of the matrix."""
        ...

    def predict_row(self, values: Floats) -> Floats:
        """Probabilities `(n_classes,)`, or the number as shape `(1,)`, of one row `(n_features,)`.

        The short way: no data frame, no copy.
        """
        ...

    def contributions(self, matrix: Matrix) -> Floats:
        """What each feature adds to the score, exact and additive.

        Shape `(n_rows, n_outputs, n_features + 1)`; the last column is the base value; a row's
        sum is its raw score (log-odds for classification).
        """
        ...

    def save(self, folder: Path) -> None:
        """Write files that run no code when they are loaded."""
        ...


@dataclass(frozen=True)
class Trial:
    """One configuration that a learner tried.

    Attributes
    ----------
    learner, settings
        What was tried.
    loss
        Log loss or squared error on rows held back from the fit (never the judged rows).
    seconds
        Wall time of the fit.

    """

    learner: str
    settings: Mapping[str, Any]
    loss: float
    seconds: float


@dataclass(frozen=True)
class Fit:
    """A predictor and the trials it was chosen from, best first."""

    predictor: Predictor
    trials: tuple[Trial, ...] = field(default=())


class Learner(Protocol):
    """Trains one predictor."""

    name: str

    def fit(
        self, matrix: Matrix, target: Target, budget: Budget, warm: Predictor | None = None
    ) -> Predictor:
        """Train from scratch, or, with `warm`, fine-tune that predictor on these rows.

        `warm` itself is never changed. Ends within the budget with the best so far.
        """
        ...
