"""`LinearPredictor`: a linear or logistic model on numpy alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from relevo.errors import ModelMistake
from relevo.learn.classes import plain_labels
from relevo.learn.layout import FIELDS, Layout
from relevo.learn.learner import Floats, Prediction
from relevo.learn.links import probabilities
from relevo.learn.minimise import Coefficients
from relevo.learn.predictor_files import read_details, write_details
from relevo.prepare.matrix import Matrix

ARRAYS_FILE = "linear.npz"


class LinearPredictor:
    """A weighted sum of numbers, indicators of missing numbers, and category levels.

    Parameters
    ----------
    coefficients, layout
        The model and the design columns that it weighs.
    features, classes, settings
        As in `BoostingPredictor`.

    """

    kind = "linear"

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
        self._fold()

    def _fold(self) -> None:
        """Bring standardisation into the coefficients, so that a row costs one product."""
        n, layout = len(self.layout.numbers), self.layout
        numbers, indicators, self._levels = np.split(
            self.coefficients.weights, [n, n + len(layout.indicated)]
        )
        self._slopes = numbers / layout.spread[:, np.newaxis]
        at_mean = layout.mean[:, np.newaxis] * self._slopes
        self._constant = self.coefficients.intercept - at_mean.sum(axis=0)
        self._missing = at_mean  # a missing number counts as the mean, plus its indicator
        self._missing[layout.indicated] += indicators
        self._at_mean = self._slopes * layout.mean[:, np.newaxis]

    def predict(self, matrix: Matrix) -> Prediction:
        """The prediction for each row of the matrix."""
        scores = self._scores(matrix.values)
        if not self.classes:
            return Prediction(scores[:, 0])
        probable = probabilities(scores)
        return Prediction(probable.argmax(axis=1).astype(np.float64), probable)

    def predict_row(self, values: Floats) -> Floats:
        """Probabilities `(n_classes,)`, or the number as shape `(1,)`, of one row."""
        scores = self._scores(values)
        return probabilities(scores) if self.classes else scores

    def contributions(self, matrix: Matrix) -> Floats:
        """What each feature adds to the score of an average row, exact.

        Shape `(n_rows, n_outputs, n_features + 1)`; the last column is the average row's score.
        """
        layout = self.layout
        parts = np.zeros((len(matrix), self.n_outputs, len(self.features) + 1))
        numbers = matrix.values[:, layout.numbers, np.newaxis]
        added = np.where(np.isnan(numbers), self._missing, numbers * self._slopes) - self._at_mean
        parts[:, :, layout.numbers] = added.transpose(0, 2, 1)
        levels = self._levels[layout.levels(matrix.values)]
        parts[:, :, layout.categories] = levels.transpose(0, 2, 1)
        average = self._average_contributions()
        parts[:, :, :-1] -= average
        parts[:, :, -1] = self.coefficients.intercept + average.sum(axis=1)
        return parts

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
        try:
            with np.load(folder / ARRAYS_FILE, allow_pickle=False) as arrays:
                layout = Layout(*(arrays[name] for name in FIELDS))
                coefficients = Coefficients(arrays["intercept"], arrays["weights"])
        except (OSError, ValueError, KeyError) as mistake:
            raise ModelMistake("learn.no_predictor", folder=folder) from mistake
        features, classes = tuple(details["features"]), tuple(details["classes"])
        return cls(coefficients, layout, features, classes, details.get("settings", {}))

    def _scores(self, values: Floats) -> Floats:
        """Raw scores of rows `(n_rows, n_features)` or of one row `(n_features,)`."""
        numbers = values[..., self.layout.numbers]
        gone = np.isnan(numbers)
        if gone.any():
            scores = np.where(gone, 0.0, numbers) @ self._slopes + gone @ self._missing
        else:
            scores = numbers @ self._slopes
        if len(self.layout.categories):
            scores = scores + self._levels[self.layout.levels(values)].sum(axis=-2)
        answer: Floats = scores + self._constant
        return answer

    def _average_contributions(self) -> Floats:
        """What each feature adds on average, beyond its mean; `(n_outputs, n_features)`."""
        layout, weights = self.layout, self.coefficients.weights
        weighted = layout.average[:, np.newaxis] * weights
        n, m = len(layout.numbers), len(layout.numbers) + len(layout.indicated)
        average = np.zeros((len(self.features), self.n_outputs))
        average[layout.numbers] = weighted[:n]
        average[layout.numbers[layout.indicated]] += weighted[n:m]
        for place, first, end in zip(
            layout.categories, layout.first_level[:-1] + m, layout.first_level[1:] + m, strict=True
        ):
            average[place] = weighted[first:end].sum(axis=0)
        return average.T
