"""`fit_steps`: the steps of an additive model, each feature as rough as the rows speak for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve, lapack
from threadpoolctl import threadpool_limits

from relevo.compute.budget import Budget
from relevo.learn.additive_bins import Bins, Positions
from relevo.learn.additive_order import Order
from relevo.learn.additive_penalty import Penalty, penalties
from relevo.learn.learner import Floats, Target
from relevo.learn.links import indicators, losses_and_slopes

_MOST_STEPS, _FEWEST_STEPS = 30, 4
_FIRST_STRENGTH, _STRENGTHS = 10.0, (1e-5, 1e7)
_POOLED = 8.0  # parameters that the kin of a penalty count as, beside its own
_STILL = 0.02  # effective parameters, or nats of likelihood for each: less is no change
_RIDGE = 1e-4  # of the weight of a bin of mean size: what no penalty holds
_LEAST_CURVATURE = 1e-4
_SHORTEST = 1e-3


@dataclass(frozen=True, eq=False)
class Steps:
    """What each bin adds to the score.

    Attributes
    ----------
    intercept
        Shape `(n_outputs,)`.
    table, error
        Shape `(size, n_outputs)`: the steps and their standard errors (the posterior's, Wood, 2006,
        "On confidence intervals for generalized additive models based on penalized regression
        splines").

    """

    intercept: Floats
    table: Floats
    error: Floats


def fit_steps(
    bins: Bins,
    places: Positions,
    target: Target,
    budget: Budget,
    start: Steps | None = None,
    order: Order | None = None,
) -> Steps:
    """Fit by penalised Newton steps; between them the strength of each penalty is learnt.

    A feature's steps are drawn from a normal distribution whose variance is what makes the rows
    most likely: Laplace's approximation of the restricted likelihood, climbed by the fixed point
    of MacKay (1992) and Schall (1991), see Wood and Fasiolo (2017), "A generalized Fellner-Schall
    method for smoothing parameter optimization". No rows are held back and nothing is drawn at
    random.

    Parameters
    ----------
    bins, places
        The steps, and the bin of each feature of each row.
    target
        Of these rows; a regression's brought to mean 0 and spread 1.
    budget
        When it is spent, the steps reached so far are given.
    start
        Where to begin and what is penalised to be left: fine-tuning.
    order
        Between which bins the table may only rise or fall.

    """
    n_outputs = len(target.classes) if len(target.classes) > 2 else 1
    nothing = Steps(np.zeros(n_outputs), *np.zeros((2, bins.size, n_outputs)))
    # Products this small gain nothing from threads, which would make their sums irreproducible.
    with threadpool_limits(1, user_api="blas"):
        climb = _Climb(bins, places, target, start or nothing, order)
        for turn in range(_MOST_STEPS):
            if budget.spent or (climb.step() < _STILL and turn >= _FEWEST_STEPS):
                break
        return climb.steps()


class _Climb:
    """The state of a fit."""

    def __init__(
        self, bins: Bins, places: Positions, target: Target, start: Steps, order: Order | None
    ) -> None:
        self.bins, self.places, self.target, self.order = bins, places, target, order
        weight = np.ones(len(target)) if target.weight is None else target.weight
        # As many rows as say as much as these (Kish, 1965): few of great weight are few.
        self.count = float(weight.sum() ** 2 / (weight**2).sum())
        self.weight = (weight * self.count / weight.sum())[:, np.newaxis]
        self.centre, self.table = start.table, start.table.copy()
        self.intercept, self.error = start.intercept.copy(), start.error.copy()
        self.n_outputs = self.table.shape[1]
        self.wanted = indicators(target, self.n_outputs)
        self.gain = np.broadcast_to(target.gain, (self.n_outputs,))
        self.noise = 1.0
        mass = self.sums(self.weight)[:, 0]
        self.penalties = penalties(bins, mass)
        self.share = mass / self.count
        self.strength = np.full((len(self.penalties), self.n_outputs), _FIRST_STRENGTH)
        self.ridge = _RIDGE * self.count * places.shape[1] / bins.size
        self.parameters = np.zeros(self.n_outputs)
        self.scores = self.table[places].sum(axis=1) + self.intercept
        self.gram: Floats | None = None

    def steps(self) -> Steps:
        return Steps(self.intercept, self.table, self.error)

    def sums(self, of_rows: Floats) -> Floats:
        """The sum over the rows of each bin, `(size, n_columns)`."""
        flat, count = self.places.ravel(), self.places.shape[1]
        each = [np.bincount(flat, np.repeat(one, count), self.bins.size) for one in of_rows.T]
        return np.stack(each, axis=1)

    def step(self) -> float:
        """One Newton step of each output; by how much anything moved."""
        moved = 0.0
        for output in range(self.n_outputs):
            moved = max(moved, self._step(output))
        return moved

    def _step(self, output: int) -> float:
        judged = self.target.in_all(self.scores)
        _, slopes = losses_and_slopes(judged, self.wanted, bool(self.target.classes))
        gain = float(self.gain[output])
        slope = self.weight[:, 0] * gain * slopes[:, output]
        curvature = self.weight[:, 0] * self._curvature(slopes, output) * gain**2
        hessian = self._hessian(curvature)
        total, heights = curvature.sum(), hessian.diagonal().copy()
        gradient = self.sums(slope[:, np.newaxis])[:, 0] - heights * (slope.sum() / total)
        hessian = (hessian - np.outer(heights, heights) / total) / self.noise
        penalty, now = self._penalty(output), self.table[:, output] - self.centre[:, output]
        gradient = gradient / self.noise + penalty @ now
        covariance, change = _solved(hessian + penalty, -gradient)
        if self.order:
            there = self.order.kept(self.table[:, output] + change, covariance)
            change = there - self.table[:, output]
        shift = -(slope.sum() + heights @ change) / total
        fell = self._walk(output, change, shift, penalty)
        self.error[:, output] = self._errors(covariance)
        used = self._learn_strengths(output, covariance)
        apart, self.parameters[output] = abs(used - self.parameters[output]), used
        self._learn_noise()
        return float(max(apart, fell))

    def _errors(self, covariance: Floats) -> Floats:
        """The standard error of each step, from the mean of its feature's over the rows."""
        variance = covariance.diagonal().copy()
        for feature in range(len(self.bins.is_category)):
            own = self.bins.of(feature)
            with_mean = covariance[own, own] @ self.share[own]
            variance[own] += self.share[own] @ with_mean - 2.0 * with_mean
        return np.sqrt(np.maximum(variance, 0.0))

    def _curvature(self, slopes: Floats, output: int) -> Floats:
        if not self.target.classes:
            return np.ones(len(slopes))
        likely = np.clip(slopes[:, output] + self.wanted[:, output], 0.0, 1.0)
        return np.maximum(likely * (1.0 - likely), _LEAST_CURVATURE)

    def _hessian(self, curvature: Floats) -> Floats:
        if self.target.classes:
            return _gram(self.places, curvature, self.bins)
        if self.gram is None:
            self.gram = _gram(self.places, curvature, self.bins)
        return self.gram

    def _penalty(self, output: int) -> Floats:
        whole = np.zeros((self.bins.size, self.bins.size))
        np.fill_diagonal(whole, self.ridge / self.noise)
        for penalty, strength in zip(self.penalties, self.strength[:, output], strict=True):
            whole[penalty.bins, penalty.bins] += strength * penalty.form
        return whole

    def _walk(self, output: int, change: Floats, shift: float, penalty: Floats) -> float:
        """Go as far as the penalised loss falls; by how much it fell, in nats."""
        along = change[self.places].sum(axis=1) + shift
        away, before, share = self.table[:, output] - self.centre[:, output], self.scores, 1.0
        first = self._loss(before) + away @ penalty @ away / 2
        while True:
            self.scores = before.copy()
            self.scores[:, output] += share * along
            there = away + share * change
            loss = self._loss(self.scores) + there @ penalty @ there / 2
            if loss <= first or share < _SHORTEST:
                break
            share /= 2.0
        self.table[:, output] += share * change
        self.intercept[output] += share * shift
        return float(abs(first - loss) / (1.0 + self.parameters[output]))

    def _loss(self, scores: Floats) -> float:
        judged = self.target.in_all(scores)
        losses, _ = losses_and_slopes(judged, self.wanted, bool(self.target.classes))
        return float((self.weight * losses).sum() / self.noise)

    def _learn_strengths(self, output: int, covariance: Floats) -> float:
        """The strengths for the next step; how many parameters these steps are worth."""
        away = self.table[:, output] - self.centre[:, output]
        trace = np.array([penalty.trace(covariance) for penalty in self.penalties])
        rank = np.array([penalty.rank for penalty in self.penalties])
        worth = rank - self.strength[:, output] * trace
        size = np.array([penalty.size(away) for penalty in self.penalties])
        found = pooled(np.maximum(worth, 1e-8), np.maximum(size, 1e-12), self.penalties)
        self.strength[:, output] = np.clip(found, *_STRENGTHS)
        return float(np.maximum(worth, 0.0).sum())

    def _learn_noise(self) -> None:
        if not self.target.classes:
            squares = float((self.weight * (self.scores - self.wanted) ** 2).sum())
            free = self.count - 1.0 - self.parameters[0]
            self.noise = max(squares / max(free, 1.0), 1e-9)


def pooled(worth: Floats, size: Floats, penalties: Sequence[Penalty]) -> Floats:
    """Strengths that are drawn to those of their kin: few values tell little of their own spread.

    A strength has a gamma prior around what its kin have in common, learnt with it. Bends are left
    alone: how wiggly one number is tells nothing of another.

    Parameters
    ----------
    worth, size
        The effective parameters of each penalty and the value of its form, `(n_penalties,)`.
    penalties
        In that order.

    """
    strength = worth / size
    for kin in {penalty.kin for penalty in penalties} - {None}:
        own = np.array([penalty.kin == kin for penalty in penalties])
        alike = np.array([penalty.bins_alike for penalty in penalties])[own]
        common = worth[own].sum() / (size[own] / alike).sum()
        spread = size[own] / alike + _POOLED / common
        strength[own] = (worth[own] + _POOLED) / spread / alike
    return strength


def _solved(matrix: Floats, right: Floats) -> tuple[Floats, Floats]:
    """The inverse of a symmetric matrix, and its product with `right`."""
    ridge = 1e-12 * float(matrix.diagonal().max())
    while True:
        try:
            factor, _ = cho_factor(matrix, lower=True)
            break
        except LinAlgError:
            ridge *= 100.0
            matrix = matrix + ridge * np.eye(len(matrix))
    lower = np.tril(lapack.dpotri(factor, lower=1)[0])
    inverse = lower + np.tril(lower, -1).T
    return inverse, np.asarray(cho_solve((factor, True), right))


def _gram(places: Positions, weight: Floats, bins: Bins) -> Floats:
    """The weight of the rows that are in two bins at once, for each two, `(size, size)`."""
    whole = np.zeros((bins.size, bins.size))
    first = bins.first
    inside = places - first[:-1]
    width = np.diff(first)
    for one in range(len(width)):
        rows = bins.of(one)
        at = inside[:, one] * 1
        for other in range(one, len(width)):
            columns = bins.of(other)
            cell = at * width[other] + inside[:, other]
            counted = np.bincount(cell, weight, int(width[one] * width[other]))
            block = counted.reshape(width[one], width[other])
            whole[rows, columns] = block
            whole[columns, rows] = block.T
    return whole
