"""`LinearPredictor`: a linear or logistic model on numpy alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from relevo.learn.classes import plain_labels
from relevo.learn.layout import FIELDS, Layout
from relevo.learn.learner import Floats
from relevo.learn.links import mixed
from relevo.learn.minimise import Coefficients
from relevo.learn.predictor_files import broken_files_told, read_arrays, read_details, write_details
from relevo.learn.scored import Scored
from relevo.prepare.matrix import Matrix

ARRAYS_FILE = "linear.npz"
_ROWS_AT_ONCE = 20_000


class LinearPredictor(Scored):
    """A weighted sum of numbers, their bends, indicators of missing ones, and category levels.

    Parameters
    ----------
    coefficients, layout
        The model and the design columns that it weighs.
    features, classes, settings
        As in `BoostingPredictor`.

    """

    kind = "linear"
    merges: ClassVar[bool] = True

    def __init__(
        self,
        coefficients: Coefficients,
        layout: Layout,
        features: tuple[str, ...],
        classes: tuple[Any, ...],
        settings: Mapping[str, Any],
    ) -> None:
        self.coefficients = coefficients
        self.layout = layout
        self.features = features
        self.classes = classes
        self.settings = settings
        self.n_outputs = len(coefficients.intercept)
        self._dense, self._levels = np.split(coefficients.weights, [layout.n_dense])

    @classmethod
    def average(cls, members: Sequence[LinearPredictor], weights: Floats) -> LinearPredictor:
        """One model with the weighted mean raw score of several of the same layout."""
        first, all_of = members[0], [member.coefficients for member in members]
        shares = weights / weights.sum(axis=0)
        coefficients = Coefficients(
            mixed([one.intercept for one in all_of], shares),
            mixed([one.weights for one in all_of], shares),
        )
        return cls(coefficients, first.layout, first.features, first.classes, first.settings)

    @property
    def like(self) -> object:
        """What predictors must have in common to be averaged into one."""
        layout = self.layout
        return layout.size, layout.knots.tobytes(), layout.mean.tobytes(), layout.spread.tobytes()

    @property
    def size_mb(self) -> float:
        """About what `save` writes, in 10^6 bytes."""
        return 8e-6 * (self.coefficients.weights.size + 5 * self.layout.size)

    def scores(self, matrix: Matrix) -> Floats:
        """Raw scores, shape `(n_rows, n_outputs)`."""
        starts = range(0, max(1, len(matrix)), _ROWS_AT_ONCE)
        parts = [self.scores_row(matrix.values[start : start + _ROWS_AT_ONCE]) for start in starts]
        return np.concatenate(parts)

    def scores_row(self, values: Floats) -> Floats:
        """Raw scores `(n_outputs,)` of one row `(n_features,)`, or of a block of rows."""
        scores = self.layout.dense(values) @ self._dense
        if len(self.layout.categories):
            scores = scores + self._levels[self.layout.levels(values)].sum(axis=-2)
        answer: Floats = scores + self.coefficients.intercept
        return answer

    def contributions(self, matrix: Matrix) -> Floats:
        """What each feature adds to the score of an average row, exact.

        Shape `(n_rows, n_outputs, n_features + 1)`; the last column is the average row's score.
        """
        layout, weights = self.layout, self.coefficients.weights
        n, m = layout.n_dense, len(self.features)
        belongs = layout.source[:n, np.newaxis] == np.arange(m)
        parts = np.zeros((len(matrix), self.n_outputs, m + 1))
        dense = layout.dense(matrix.values)
        levels = self._levels[layout.levels(matrix.values)]
        for output in range(self.n_outputs):
            parts[:, output, :-1] = (dense * weights[:n, output]) @ belongs
            parts[:, output, layout.categories] += levels[:, :, output]
        return parts + self._average

    def contributions_row(self, values: Floats) -> Floats:
        """The same of one row `(n_features,)`, shape `(n_outputs, n_features + 1)`."""
        layout = self.layout
        parts = self._average.copy()
        dense = layout.dense(values)
        for output, part in enumerate(parts):
            weighed = dense * self._dense[:, output]
            part += np.bincount(layout.source[: layout.n_dense], weighed, len(part))
        if len(layout.categories):
            parts[:, layout.categories] += self._levels[layout.levels(values)].T
        return parts

    @cached_property
    def _average(self) -> Floats:
        """The average row's score, and what each feature adds to it taken off that feature."""
        layout = self.layout
        average = np.zeros((len(self.features), self.n_outputs))
        weighed = layout.average[:, np.newaxis] * self.coefficients.weights
        np.add.at(average, layout.source, weighed)
        base = self.coefficients.intercept + average.sum(axis=0)
        return np.column_stack((-average.T, base))

    def save(self, folder: Path) -> None:
        """Write `linear.npz` and `predictor.json`."""
        write_details(
            folder,
            kind=self.kind,
            features=list(self.features),
            classes=plain_labels(self.classes),
            settings=dict(self.settings),
        )
        arrays: dict[str, Any] = {name: getattr(self.layout, name) for name in FIELDS}
        arrays["intercept"] = self.coefficients.intercept
        arrays["weights"] = self.coefficients.weights
        np.savez(folder / ARRAYS_FILE, **arrays)

    @classmethod
    def load(cls, folder: Path) -> LinearPredictor:
        """Read what `save` wrote; runs no code from the files.

        Raises
        ------
        ModelMistake
            When a file is missing or broken.

        """
        details = read_details(folder)
        arrays = read_arrays(folder / ARRAYS_FILE)
        with broken_files_told(folder):
            layout = Layout(*(arrays[name] for name in FIELDS))
            coefficients = Coefficients(arrays["intercept"], arrays["weights"])
        features, classes = tuple(details["features"]), tuple(details["classes"])
        return cls(coefficients, layout, features, classes, details.get("settings", {}))
