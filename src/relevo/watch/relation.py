"""`Relation`: how outcomes follow from what was said, and how that moves from period to period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_TURNS = 30
_CLIP = 1e-6
_FIRST = 0.01  # variance of the slope's deviation from one before any label
_SHIFT = 3.0  # shifts move so many times more than slopes, in variance


@dataclass(frozen=True)
class Bent:
    """The relation of one period: mean and covariance of slope and shifts, `(n_classes,)`."""

    at: Floats
    covariance: Floats


@dataclass(frozen=True)
class Relation:
    """A slope of the log-probabilities and a shift of each class but the first, tracked in time.

    The level follows a random walk; each period lies around it. Outcomes of a period update both:
    a Kalman filter with a logistic observation (Laplace's approximation: West, Harrison and Migon
    1985, Dynamic generalized linear models and Bayesian forecasting, JASA 80).

    Attributes
    ----------
    walk, around
        Variances of the slope: of the level's step, and of a period around the level.
    level, covariance
        Of slope and shifts, `(n_classes,)` and `(n_classes, n_classes)`.
    evidence
        Log-probability of all outcomes so far, by which relations are weighed against each other.

    """

    walk: float
    around: float
    level: Floats
    covariance: Floats
    evidence: float = 0.0

    @classmethod
    def unchanged(cls, classes: int, walk: float, around: float) -> Relation:
        """The relation in which probabilities come true as they are said."""
        level = np.eye(classes)[0]
        return cls(walk, around, level, _FIRST * _scale(classes))

    def update(self, parts: Floats, hit: Floats, weight: Floats) -> tuple[Relation, Bent]:
        """The next period, with the outcomes of some of its rows.

        Parameters
        ----------
        parts
            Shape `(n_rows, n_classes, n_classes + 1)`, as `relation_parts` gives them.
        hit
            Shape `(n_rows, n_classes)`: one in the column of the class that came true.
        weight
            Shape `(n_rows,)`.

        Returns
        -------
        tuple
            The relation after the period, and that of the period itself.

        """
        classes = len(self.level)
        walked = self.covariance + self.walk * _scale(classes)
        prior = walked + self.around * _scale(classes)
        bent, evidence = _posterior(parts, hit, weight, self.level, prior)
        back = walked @ np.linalg.inv(prior)
        level = self.level + back @ (bent.at - self.level)
        covariance = walked - back @ (prior - bent.covariance) @ back.T
        after = Relation(self.walk, self.around, level, covariance, self.evidence + evidence)
        return after, bent


def relation_parts(chance: Floats, centre: Floats) -> Floats:
    """Slope's and shifts' features, and what is fixed, `(n_rows, n_classes, n_classes + 1)`."""
    logs = np.log(np.clip(chance, _CLIP, 1.0))
    rows, classes = logs.shape
    parts = np.zeros((rows, classes, classes + 1))
    parts[:, :, 0] = logs - centre
    parts[:, 1:, 1:classes] = np.eye(classes - 1)
    parts[:, :, classes] = centre
    return parts


def bent_chances(parts: Floats, at: Floats) -> Floats:
    """How likely each class is under a slope and shifts, `(n_rows, n_classes)`."""
    scores = parts[:, :, :-1] @ at + parts[:, :, -1]
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances: Floats = raised / raised.sum(axis=1, keepdims=True)
    return chances


def _scale(classes: int) -> Floats:
    return np.diag(np.append(1.0, np.full(classes - 1, _SHIFT)))


def _posterior(
    parts: Floats, hit: Floats, weight: Floats, mean: Floats, prior: Floats
) -> tuple[Bent, float]:
    """Newton's method to the mode; the covariance there; the evidence by Laplace."""
    precision, at, free = np.linalg.inv(prior), mean.copy(), parts[:, :, :-1]
    for _ in range(_TURNS):
        chance = bent_chances(parts, at)
        gradient = np.einsum("n,nkp,nk->p", weight, free, hit - chance) - precision @ (at - mean)
        around = free - np.einsum("nk,nkp->np", chance, free)[:, None, :]
        curve = np.einsum("nk,nkp,nkq->pq", weight[:, None] * chance, around, around) + precision
        step = np.linalg.solve(curve, gradient)
        at = at + step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-300))
        if np.abs(step).max() < 1e-8:
            break
    said = np.clip((bent_chances(parts, at) * hit).sum(axis=1), 1e-300, None)
    apart = at - mean
    evidence = float(weight @ np.log(said) - apart @ precision @ apart / 2)
    evidence -= float(np.linalg.slogdet(prior)[1] + np.linalg.slogdet(curve)[1]) / 2
    return Bent(at, np.linalg.inv(curve)), evidence
