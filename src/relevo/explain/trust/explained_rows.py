"""`ExplainedRows`: rows with their attributions, and what trusting these is tested with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from relevo.explain.attributions import Attributions
from relevo.explain.columns.one_score import OneScore, names_among, places_of, score_of_predicted
from relevo.model.model import Model
from relevo.prepare.matrix import Matrix

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]
Explainer = Callable[[Model, Matrix], Attributions]
"""What gives the attributions of rows; `relevo.explain.attributions` is one."""


@dataclass(frozen=True)
class ExplainedRows:
    """Rows, their attributions, and other rows to take values from.

    Attributes
    ----------
    model, explainer
        What is explained, and by what.
    matrix
        The rows, `n_rows`.
    parts
        Their attributions.
    pool
        Prepared values of other rows, `(n_pool, n_features)`.
    blocks
        The block of each row, `(n_rows,)`; None when rows are independent.

    """

    model: Model
    explainer: Explainer
    matrix: Matrix
    parts: Attributions
    pool: Floats
    blocks: Positions | None

    def __len__(self) -> int:
        return len(self.matrix)

    @cached_property
    def score(self) -> OneScore:
        """The score that the attributions are of."""
        return score_of_predicted(self.model, self.matrix)

    @cached_property
    def scores(self) -> Floats:
        """The score of each row, `(n_rows,)`."""
        return self.score(self.matrix.values)

    @cached_property
    def unit(self) -> float:
        """The spread of the scores, the unit in which changes are told; never zero."""
        return float(self.scores.std()) or 1.0

    @cached_property
    def member(self) -> NDArray[np.bool_]:
        """Which features belong to each column, `(n_columns, n_features)`."""
        places = places_of(self.matrix)
        member = np.zeros((len(self.parts.columns), self.matrix.values.shape[1]), dtype=bool)
        for at, column in enumerate(self.parts.columns):
            member[at, places[column]] = True
        return member

    @cached_property
    def numbers(self) -> Positions:
        """The features that are numbers with more than one value in the pool."""
        with np.errstate(invalid="ignore"):
            varied = np.nan_to_num(np.nanmax(self._known, axis=0) - np.nanmin(self._known, axis=0))
        names = names_among(self.model)
        plain = [
            place
            for place, feature in enumerate(self.matrix.features)
            if place not in self.matrix.categories and feature not in names
        ]
        return np.array([place for place in plain if varied[place] > 0], dtype=np.intp)

    @cached_property
    def spreads(self) -> Floats:
        """The standard deviation of each of `numbers` in the pool."""
        return np.asarray(np.nanstd(self.pool[:, self.numbers], axis=0))

    @cached_property
    def _known(self) -> Floats:
        # A column without any value would warn.
        empty = ~np.isfinite(self.pool).any(axis=0)
        return np.where(empty, 0.0, self.pool)

    def donors(self, random: np.random.Generator) -> Floats:
        """A row of the pool for each row, `(n_rows, n_features)`."""
        return self.pool[random.integers(len(self.pool), size=len(self))]

    def replaced(self, other: Floats, columns: NDArray[np.bool_]) -> Floats:
        """Values with some columns from other rows.

        Parameters
        ----------
        other
            Shape `(n_rows, n_features)`.
        columns
            Which columns of each row, `(..., n_rows, n_columns)`.

        """
        return np.where(columns @ self.member, other, self.matrix.values)
