"""`BoostingPredictor`: a LightGBM model that predicts, whole tables and single rows."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

from relevo.errors import ModelMistake
from relevo.learn.classes import plain_labels
from relevo.learn.learner import Floats, Prediction
from relevo.learn.predictor_files import read_details, write_details
from relevo.learn.single_row import SingleRow
from relevo.prepare.matrix import Matrix

MODEL_FILE = "model.txt"


class BoostingPredictor:
    """Boosted trees.

    Parameters
    ----------
    text
        The model in LightGBM's text format.
    features
        The features' names, as in the matrix that it was trained on.
    classes
        The labels of a classification, in order; empty for a regression.
    settings
        How it was trained.

    Attributes
    ----------
    threads
        How many threads `predict` and `contributions` use; 0 for all.
    n_outputs
        1 for two classes and for a regression, else the number of classes.

    """

    kind = "boosting"

    def __init__(
        self,
        text: str,
        features: tuple[str, ...],
        classes: tuple[Any, ...],
        settings: Mapping[str, Any],
    ) -> None:
        self.text = text
        self.features = features
        self.classes = classes
        self.settings = settings
        self.threads = 0
        self.n_outputs = len(classes) if len(classes) > 2 else 1
        self._booster = lightgbm.Booster(model_str=text)
        self._own = threading.local()

    def predict(self, matrix: Matrix) -> Prediction:
        """The prediction for each row of the matrix."""
        return self._prediction(self._raw(matrix.values))

    def predict_row(self, values: Floats) -> Floats:
        """Probabilities `(n_classes,)`, or the number as shape `(1,)`, of one row."""
        if not SingleRow.available():
            answer = np.atleast_1d(self._raw(values[np.newaxis])[0])
        else:
            answer = self._single_row(values)
        return np.concatenate((1.0 - answer, answer)) if len(self.classes) == 2 else answer

    def contributions(self, matrix: Matrix) -> Floats:
        """What each feature adds to the score: TreeSHAP (Lundberg et al., 2020), exact.

        Shape `(n_rows, n_outputs, n_features + 1)`; the last column is the base value.
        """
        flat = self._raw(matrix.values, pred_contrib=True)
        return flat.reshape(len(matrix), self.n_outputs, len(self.features) + 1)

    def save(self, folder: Path) -> None:
        """Write `model.txt` and `predictor.json`."""
        write_details(
            folder,
            kind=self.kind,
            features=list(self.features),
            classes=plain_labels(self.classes),
            settings=dict(self.settings),
        )
        (folder / MODEL_FILE).write_text(self.text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> BoostingPredictor:
        """Read what `save` wrote; runs no code from the files.

        Raises
        ------
        ModelMistake
            When a file is missing or broken.

        """
        details = read_details(folder)
        try:
            text = (folder / MODEL_FILE).read_text(encoding="utf-8")
            return cls(
                text,
                tuple(details["features"]),
                tuple(details["classes"]),
                details.get("settings", {}),
            )
        except (OSError, ValueError, lightgbm.basic.LightGBMError) as mistake:
            raise ModelMistake("learn.no_predictor", folder=folder) from mistake

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.text, self.features, self.classes, dict(self.settings))

    def _raw(self, values: Floats, **how: Any) -> Floats:
        return np.asarray(self._booster.predict(values, num_threads=self.threads, **how))

    @property
    def _single_row(self) -> SingleRow:
        if not hasattr(self._own, "row"):
            self._own.row = SingleRow(self._booster, len(self.features), self.n_outputs)
        row: SingleRow = self._own.row
        return row

    def _prediction(self, raw: Floats) -> Prediction:
        if not self.classes:
            return Prediction(raw)
        probabilities = np.column_stack((1.0 - raw, raw)) if raw.ndim == 1 else raw
        return Prediction(probabilities.argmax(axis=1).astype(np.float64), probabilities)
