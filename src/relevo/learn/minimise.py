"""`minimise`: a linear model's coefficients under a quadratic pull towards given ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from relevo.compute.budget import Budget
from relevo.learn.layout import Design
from relevo.learn.learner import Floats, Target
from relevo.learn.links import indicators, losses_and_slopes, row_shares

_MOST_STEPS = 300


@dataclass(frozen=True)
class Coefficients:
    """A linear model: `intercept` `(n_outputs,)`, `weights` `(n_design, n_outputs)`."""

    intercept: Floats
    weights: Floats

    @property
    def flat(self) -> Floats:
        """All in one row, the intercept first."""
        return np.vstack((self.intercept, self.weights)).ravel()

    def scaled(self, factor: float, shift: float) -> Coefficients:
        """The model of `factor * y + shift` from that of `y`."""
        return Coefficients(factor * self.intercept + shift, factor * self.weights)


def minimise(
    design: Design,
    target: Target,
    start: Coefficients,
    centre: Coefficients,
    pull: float,
    budget: Budget,
    pull_intercept: bool = False,
) -> Coefficients:
    """Minimise mean loss + pull / 2 * |coefficients - centre|^2 by L-BFGS.

    The loss is half the squared error or the log loss. With a centre of zero this is ridge; with
    the coefficients of an earlier model it is a proximal step away from it.

    Parameters
    ----------
    design, target
        The rows.
    start, centre
        Where to begin and where to be pulled to.
    pull
        Strength of the pull.
    budget
        When it is spent, the coefficients reached so far are given.
    pull_intercept
        Whether the intercept is pulled, too.

    """
    share = row_shares(target)
    shape = (len(start.weights) + 1, len(start.intercept))
    wanted = indicators(target, shape[1])
    away = np.full((shape[0], 1), pull)
    away[0] = pull if pull_intercept else 0.0

    def loss(flat: Floats) -> tuple[float, Floats]:
        both = flat.reshape(shape)
        score = target.in_all(both[0] + design.scores(both[1:]))
        losses, residuals = losses_and_slopes(score, wanted, bool(target.classes))
        residuals *= share * target.gain
        distance = both - centre.flat.reshape(shape)
        slope = np.vstack((residuals.sum(axis=0), design.gradient(residuals))) + away * distance
        return float((share * losses).sum() + (away * distance**2).sum() / 2), slope.ravel()

    def stop_when_spent(intermediate_result: object) -> None:
        if budget.spent:
            raise StopIteration

    # Products this narrow gain nothing from threads, which would make their sums irreproducible.
    with threadpool_limits(1, user_api="blas"):
        found = minimize(
            loss,
            start.flat,
            jac=True,
            method="L-BFGS-B",
            callback=stop_when_spent,
            options={"maxiter": _MOST_STEPS, "maxcor": 20, "gtol": 1e-5, "ftol": 1e-9},
        ).x.reshape(shape)
    return Coefficients(found[0], found[1:])
