"""`explain_loss`: how much of a change of the loss other rows explain, and how much is left."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from relevo.score.metrics import row_losses
from relevo.score.rows import block_codes
from relevo.score.spread import spread
from relevo.validate.expected.quality_estimator import LEAST_ROWS, QualityEstimator

Floats = NDArray[np.float64]

_MOST_ROWS = 6_000


@dataclass(frozen=True)
class Outcomes:
    """Rows, what was predicted of them, and what came true.

    Attributes
    ----------
    rows
        The columns that the model learns from.
    prediction
        Shape `(n_rows, n_classes)`, probabilities, or `(n_rows,)`, numbers.
    target
        Shape `(n_rows,)`; None where nobody knows yet.
    blocks
        Shape `(n_rows,)`: rows of one block (a day, a site) may depend on each other.

    """

    rows: pl.DataFrame
    prediction: Floats
    target: Floats | None = None
    blocks: NDArray[np.generic] | None = None


@dataclass(frozen=True)
class ExplainedLoss:
    """The loss before, the loss that other rows explain, and the loss that came true.

    Attributes
    ----------
    before
        Mean log loss or squared error on the rows that judged the model.
    expected, error
        What it is expected to be on the newest rows if their outcomes follow from their columns
        as before, and one standard deviation of that.
    now
        What came true; None without labels.
    left
        Low and high end, at 90 %, of what is left of `now` once `expected` is taken off.
    p_value
        How likely so much is left by chance (one-sided); None without labels.
    rows, effective_rows
        Newest rows, and how many equally weighted rows of before are like them (Kish 1965).

    """

    before: float
    expected: float
    error: float
    now: float | None
    left: tuple[float, float] | None
    p_value: float | None
    rows: int
    effective_rows: float

    @property
    def p_of_other_rows(self) -> float:
        """How likely the expected loss is above the one before by chance alone."""
        if self.error <= 0:
            return float(self.expected <= self.before)
        return float(ndtr((self.before - self.expected) / self.error))


def explain_loss(task: str, before: Outcomes, now: Outcomes, seed: int = 0) -> ExplainedLoss | None:
    """Part a change of the loss into what other rows explain and what is left.

    The rows that judged the model, weighted to be like the newest ones and corrected by a model of
    the outcome, say what the loss would be if only the rows had changed (see
    `relevo.validate.QualityEstimator`). What came true beyond that is a change of the relation
    between columns and outcome.

    Parameters
    ----------
    task
        `classification` or `regression`.
    before
        The rows that judged the model, labelled.
    now
        The newest rows; with labels, all of them.
    seed
        Of folds and boosters.

    Returns
    -------
    ExplainedLoss or None
        None where either side has fewer than 10 rows.

    References
    ----------
    Shimodaira (2000), Improving predictive inference under covariate shift by weighting the
    log-likelihood function, Journal of Statistical Planning and Inference 90; Robins, Rotnitzky
    and Zhao (1994), Journal of the American Statistical Association 89.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x, y = rng.normal(size=600), rng.normal(0, 1, 600)
    >>> judged = Outcomes(pl.DataFrame({"x": x}), np.zeros(600), y)
    >>> found = explain_loss("regression", judged, Outcomes(judged.rows, np.zeros(600), 2 * y))
    >>> found.p_value < 0.001
    True

    """
    before, now = (_some(side, seed) for side in (before, now))
    assert before.target is not None
    if min(len(before.target), now.rows.height) < LEAST_ROWS:
        return None
    metric = "log_loss" if task == "classification" else "rmse"
    estimator = QualityEstimator(
        metric, before.prediction, before.target, before.rows, before.blocks, seed
    )
    found = estimator.estimate(now.prediction, now.rows)
    expected, error = found.value, found.error
    if metric == "rmse":
        expected, error = found.value**2, 2 * found.value * found.error
    former = float(row_losses(task, before.target, before.prediction).mean())
    if now.target is None:
        return ExplainedLoss(
            former, expected, error, None, None, None, found.rows, found.effective_rows
        )
    losses = row_losses(task, now.target, now.prediction)
    apart = float(losses.mean()) - expected
    total = math.hypot(error, _of_blocks(losses, now.blocks))
    reach = float(ndtri(0.95)) * total
    p_value = float(ndtr(-apart / total)) if total else float(apart <= 0)
    return ExplainedLoss(
        former,
        expected,
        error,
        float(losses.mean()),
        (apart - reach, apart + reach),
        p_value,
        found.rows,
        found.effective_rows,
    )


def _some(side: Outcomes, seed: int) -> Outcomes:
    """At most 6,000 rows: more make the interval little narrower and the wait long."""
    if side.rows.height <= _MOST_ROWS:
        return side
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.choice(side.rows.height, _MOST_ROWS, replace=False))
    target = None if side.target is None else side.target[rows]
    blocks = None if side.blocks is None else side.blocks[rows]
    return Outcomes(side.rows[rows], side.prediction[rows], target, blocks)


def _of_blocks(losses: Floats, blocks: NDArray[np.generic] | None) -> float:
    """What blocks of dependent rows add to the error of a mean, beyond independent rows."""
    if blocks is None:
        return 0.0
    apart = (losses - losses.mean()) / len(losses)
    alone, together = spread(apart), spread(apart, blocks=block_codes(blocks, len(losses)))
    if not math.isfinite(together.error):
        return 0.0
    return math.sqrt(max(0.0, together.error**2 - alone.error**2))
