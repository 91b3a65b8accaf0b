"""What a loss asks of a weighted least squares fit: Newton's method, for all segments at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from scipy.special import expit, gammaln

from relevo.learn.learner import Floats

_LEAST_CURVATURE = 1e-4
_MOST_LOG_RATE = 30.0
_EFFICIENT = 1.345  # standard deviations: 95 % as efficient as squared error on normal noise
_MAD_TO_DEVIATION = 1.4826


class Loss(Protocol):
    """A loss of a score and an outcome, convex in the score.

    Attributes
    ----------
    name
        What `loss=` calls it.
    noise
        The variance of a row about its score in units of one over the curvature; None when it is
        learnt.
    quadratic
        Whether one weighted least squares fit is all.

    """

    name: ClassVar[str]
    noise: ClassVar[float | None]
    quadratic: ClassVar[bool]

    def push(self, scores: Floats, y: Floats) -> Floats:
        """Minus the slope of the loss along the score, of each row."""
        ...

    def curvature(self, scores: Floats, y: Floats) -> Floats:
        """The second derivative, or what bounds it, of each row."""
        ...

    def values(self, scores: Floats, y: Floats) -> Floats:
        """The loss of each row."""
        ...

    def mean(self, scores: Floats) -> Floats:
        """What is expected at a score: the number, the rate, the probability."""
        ...

    def start(self, y: Floats, weight: Floats | None) -> float:
        """The score that suits all rows best, about."""
        ...


@dataclass(frozen=True)
class Squared:
    """Half the squared error."""

    name: ClassVar[str] = "squared"
    noise: ClassVar[float | None] = None
    quadratic: ClassVar[bool] = True

    def push(self, scores: Floats, y: Floats) -> Floats:
        return y - scores

    def curvature(self, scores: Floats, y: Floats) -> Floats:
        return np.ones_like(scores)

    def values(self, scores: Floats, y: Floats) -> Floats:
        return np.asarray((y - scores) ** 2 / 2)

    def mean(self, scores: Floats) -> Floats:
        return scores

    def start(self, y: Floats, weight: Floats | None) -> float:
        return float(np.average(y, weights=weight))


@dataclass(frozen=True)
class Huber(Squared):
    """Squared error up to `width`, absolute error beyond (Huber, 1964, Ann. Math. Stat. 35)."""

    name: ClassVar[str] = "huber"
    quadratic: ClassVar[bool] = False
    width: float = np.inf

    @classmethod
    def of(cls, residuals: Floats, weight: Floats | None, errors: float = _EFFICIENT) -> Huber:
        """So many standard errors wide, by a spread that a few broken rows do not change."""
        far = np.abs(residuals - middle(residuals, weight))
        deviation = _MAD_TO_DEVIATION * middle(far, weight)
        return cls(errors * deviation or np.inf)

    def push(self, scores: Floats, y: Floats) -> Floats:
        return np.asarray(np.clip(y - scores, -self.width, self.width))

    def curvature(self, scores: Floats, y: Floats) -> Floats:
        far = np.maximum(np.abs(y - scores), np.finfo(float).tiny)
        return np.asarray(np.minimum(self.width / far, 1.0))

    def values(self, scores: Floats, y: Floats) -> Floats:
        far = np.abs(y - scores)
        near = np.minimum(far, self.width)
        return np.asarray(near * (far - near / 2))


@dataclass(frozen=True)
class Logistic:
    """Log loss of the outcomes 0 and 1; the score is the log-odds."""

    name: ClassVar[str] = "logistic"
    noise: ClassVar[float | None] = 1.0
    quadratic: ClassVar[bool] = False

    def push(self, scores: Floats, y: Floats) -> Floats:
        return np.asarray(y - expit(scores))

    def curvature(self, scores: Floats, y: Floats) -> Floats:
        share = expit(scores)
        return np.asarray(np.maximum(share * (1.0 - share), _LEAST_CURVATURE))

    def values(self, scores: Floats, y: Floats) -> Floats:
        return np.asarray(np.logaddexp(0.0, scores) - y * scores)

    def mean(self, scores: Floats) -> Floats:
        return np.asarray(expit(scores))

    def start(self, y: Floats, weight: Floats | None) -> float:
        share = np.clip(np.average(y, weights=weight), 1e-6, 1.0 - 1e-6)
        return float(np.log(share / (1.0 - share)))


@dataclass(frozen=True)
class Poisson:
    """Minus the log likelihood of counts; the score is the logarithm of the rate."""

    name: ClassVar[str] = "poisson"
    noise: ClassVar[float | None] = 1.0
    quadratic: ClassVar[bool] = False

    def push(self, scores: Floats, y: Floats) -> Floats:
        return y - self.mean(scores)

    def curvature(self, scores: Floats, y: Floats) -> Floats:
        return np.maximum(self.mean(scores), _LEAST_CURVATURE)

    def values(self, scores: Floats, y: Floats) -> Floats:
        return np.asarray(self.mean(scores) - y * scores + gammaln(y + 1.0))

    def mean(self, scores: Floats) -> Floats:
        return np.exp(np.minimum(scores, _MOST_LOG_RATE))

    def start(self, y: Floats, weight: Floats | None) -> float:
        return float(np.log(max(float(np.average(y, weights=weight)), 1e-6)))


def middle(values: Floats, weight: Floats | None) -> float:
    """The median, each value counted by its weight."""
    return float(np.quantile(values, 0.5, weights=weight, method="inverted_cdf"))


LOSSES: dict[str, type[Loss]] = {
    "squared": Squared,
    "huber": Huber,
    "logistic": Logistic,
    "poisson": Poisson,
}
"""The losses by their names."""
