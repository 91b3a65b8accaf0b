"""`OneScore`: the one number per row that is explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relevo.errors import OptionMistake, nearest
from relevo.learn.learner import Predictor
from relevo.learn.links import probabilities
from relevo.model.model import Model
from relevo.prepare.key import Key
from relevo.prepare.matrix import Matrix

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]


@dataclass(frozen=True)
class OneScore:
    """A predictor's score of rows, one number each.

    Attributes
    ----------
    predictor
        What scores.
    like
        A matrix of the features that it takes.
    output
        Which of its outputs: one for all rows, or one for each, shape `(n_rows,)`.
    of_class
        The position of the class whose probability is wanted; None for the raw score.

    """

    predictor: Predictor
    like: Matrix
    output: int | Positions = 0
    of_class: int | None = None

    def __call__(self, values: Floats) -> Floats:
        """Scores `(..., n_rows)` of values `(..., n_rows, n_features)`."""
        flat = values.reshape(-1, values.shape[-1])
        scores = self.predictor.scores(self.like.with_values(flat))
        if self.of_class is not None:
            scores = probabilities(scores)
        scores = scores.reshape(*values.shape[:-1], -1)
        if isinstance(self.output, int):
            return np.asarray(scores[..., self.output])
        which = np.broadcast_to(self.output[:, np.newaxis], (*scores.shape[:-1], 1))
        return np.asarray(np.take_along_axis(scores, which, axis=-1)[..., 0])


def score_of_label(model: Model, like: Matrix, label: Any, scale: str) -> OneScore:
    """The score, or with `scale="prediction"` the probability, of one class; of a number, itself.

    Raises
    ------
    OptionMistake
        When there is no such class or no such scale.

    """
    if scale not in ("score", "prediction"):
        raise OptionMistake("effects.unknown_scale", scale=scale)
    if not model.classes:
        return OneScore(model.predictor, like)
    names = [str(one) for one in model.classes]
    if label is not None and str(label) not in names:
        raise OptionMistake(
            "effects.unknown_label",
            label=label,
            known=", ".join(names),
            hint=nearest(str(label), names),
        )
    place = len(names) - 1 if label is None else names.index(str(label))
    if scale == "prediction":
        return OneScore(model.predictor, like, place, place)
    if model.binary and place == 0:
        raise OptionMistake("effects.other_class", label=label, positive=names[-1])
    return OneScore(model.predictor, like, 0 if model.binary else place)


def score_of_predicted(model: Model, matrix: Matrix) -> OneScore:
    """The score that attributions add up to: of several classes, that of each row's own."""
    if len(model.classes) <= 2:
        return OneScore(model.predictor, matrix)
    chosen = model.predictor.predict(matrix).values.astype(np.intp)
    return OneScore(model.predictor, matrix, chosen)


def places_of(matrix: Matrix) -> Mapping[str, Positions]:
    """The positions of each source column's features, in the order of the columns."""
    names = np.array(matrix.columns, dtype=object)
    return {name: np.flatnonzero(names == name) for name in dict.fromkeys(matrix.columns)}


def names_among(model: Model) -> frozenset[str]:
    """The features that name something and measure nothing: keys of segments."""
    keys = (step for step in model.preparation.steps if isinstance(step, Key))
    return frozenset(feature for step in keys for feature in step.features)
