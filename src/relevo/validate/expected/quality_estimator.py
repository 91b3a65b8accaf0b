"""`QualityEstimator`: learns once from labelled rows, then estimates window after window."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit, ndtri

from relevo.data.table import Table
from relevo.errors import DataMistake, OptionMistake
from relevo.score.metrics import METRICS, Metric
from relevo.score.metrics import metric as metric_of
from relevo.score.rows import block_codes, check_finite, check_lengths, check_rows
from relevo.score.spread import kish
from relevo.validate.expected.estimate import ExpectedQuality
from relevo.validate.expected.expected_classes import ExpectedClasses
from relevo.validate.expected.expected_losses import ExpectedLosses
from relevo.validate.target.domain import tell_apart
from relevo.validate.target.encode import beside, comparable
from relevo.validate.target.kinds import kind_of
from relevo.words import say

Floats = NDArray[np.float64]

LEAST_ROWS = 10
_ROUNDING = 1e-6  # a probability may lie so far outside


class QualityEstimator:
    """Labelled rows that the model was not trained on, and what they say of other rows.

    A classification's probabilities are calibrated on them; when their columns are given, boosters
    add what the columns say of the outcome beyond the probability. For each window a classifier
    tells both sets of rows apart, which weighs the labelled rows like the window; what the model
    missed on the weighted rows corrects the estimate, so that it is right when either the model or
    the weights are (doubly robust). Without columns the calibration is that of the labelled rows,
    weighted by `weights` when given. The interval holds what outcomes and calibration rows leave
    open; where the window is mostly of a kind that is rare among the labelled rows (see
    `effective_rows`) the weights themselves are uncertain, which it does not hold.

    Parameters
    ----------
    metric, blocks, seed
        As `relevo.validate.expected_quality` takes them.
    prediction, labels
        Its `calibration`.
    rows
        Columns of these rows.

    Raises
    ------
    DataMistake
        When there are fewer than 10 rows, or they do not fit together.
    ProblemMistake
        When the metric cannot be estimated without labels.

    References
    ----------
    Białek, Nurminen, Kivimäki, Kuberski and Perrakis (2024), Estimating model performance under
    covariate shift without labels, arXiv 2401.08348 (weighted calibration); Robins, Rotnitzky and
    Zhao (1994) (the correction); DeLong et al. (1988) (the area's spread).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x, chance = rng.normal(size=4000), rng.random(4000)
    >>> came_true = rng.random(4000) < chance
    >>> found = QualityEstimator("roc_auc", chance, came_true).estimate(rng.random(2000))
    >>> abs(found.value - 5 / 6) < 0.02
    True

    """

    def __init__(
        self,
        metric: str,
        prediction: ArrayLike,
        labels: ArrayLike,
        rows: object | None = None,
        blocks: ArrayLike | None = None,
        seed: int = 0,
    ) -> None:
        task = METRICS[metric].task if metric in METRICS else "classification"
        self.metric: Metric = metric_of(metric, task)
        self.seed = seed
        seen, truth = self._seen(prediction), _numbers("labels", labels)
        if len(seen) < LEAST_ROWS:
            raise DataMistake("expected.too_few_rows", rows=len(seen), least=LEAST_ROWS)
        check_rows(truth, seen, None, task == "classification")
        self._rows = None if rows is None else _usable(Table.of(rows).data, len(seen))
        codes = None if blocks is None else block_codes(blocks, len(seen))
        made = ExpectedClasses if task == "classification" else ExpectedLosses
        self._model = made(self.metric, seen, truth, self._rows, codes, seed)
        self._prediction = seen

    def estimate(
        self,
        prediction: ArrayLike,
        rows: object | None = None,
        weights: ArrayLike | None = None,
        coverage: float = 0.9,
    ) -> ExpectedQuality:
        """The metric of these predictions, whose outcomes nobody knows.

        Parameters
        ----------
        prediction
            As the labelled rows' ones.
        rows
            Their columns, when those of the labelled rows were given.
        weights
            Shape `(n_labelled_rows,)`: how much each labelled row counts for these rows; on top of
            what the columns say.
        coverage
            Of the interval.

        """
        if not 0 < coverage < 1:
            raise OptionMistake("expected.bad_coverage", coverage=coverage)
        seen = self._seen(prediction)
        if not len(seen):
            raise DataMistake("score.no_rows")
        if seen.shape[1:] != self._prediction.shape[1:]:
            raise DataMistake(
                "expected.classes", came=seen.shape[1], expected=self._prediction.shape[1]
            )
        if (rows is None) != (self._rows is None):
            raise DataMistake("expected.rows_of_one_side")
        fresh = None if rows is None else self._conform(Table.of(rows).data, len(seen))
        mass = self._weights(fresh, seen, weights)
        found = self._model.estimate(seen, fresh, mass)
        value = min(max(found.value, self.metric.span[0]), self.metric.span[1])
        return ExpectedQuality(
            self.metric.name,
            value,
            _interval(self.metric, value, found.error, float(ndtri(0.5 + coverage / 2))),
            coverage,
            found.error,
            len(seen),
            len(self._prediction),
            kish(mass),
            say(f"expected.how.{found.kind}"),
            chance=found.chance,
        )

    def _seen(self, prediction: ArrayLike) -> Floats:
        """Probabilities of shape `(n_rows, n_classes)`, or values `(n_rows,)`."""
        seen = _numbers("prediction", prediction)
        classes = self.metric.task == "classification"
        if classes and seen.ndim == 1:
            seen = np.column_stack([1 - seen, seen])
        if seen.ndim != (2 if classes else 1):
            raise DataMistake("expected.shape", shape=seen.shape, metric=self.metric.name)
        check_finite(prediction=seen)
        if classes and len(seen) and not -_ROUNDING <= seen.min() <= seen.max() <= 1 + _ROUNDING:
            raise DataMistake("expected.no_probabilities", low=seen.min(), high=seen.max())
        return seen

    def _conform(self, rows: pl.DataFrame, count: int) -> pl.DataFrame:
        check_lengths(count, columns=rows)
        before = self._rows if self._rows is not None else rows
        lacking = [name for name in before.columns if name not in rows.columns]
        if lacking:
            raise DataMistake("expected.missing_columns", columns=", ".join(lacking))
        for name in before.columns:
            kinds = kind_of(before[name]), kind_of(rows[name])
            if kinds[0] != kinds[1] and rows[name].null_count() < count:
                raise DataMistake(
                    "population.type_changed",
                    column=name,
                    training=before[name].dtype,
                    target=rows[name].dtype,
                )
        return rows.select(before.columns)

    def _weights(
        self, fresh: pl.DataFrame | None, seen: Floats, weights: ArrayLike | None
    ) -> Floats:
        count = len(self._prediction)
        mass = np.ones(count) if weights is None else np.asarray(weights, dtype=np.float64)
        check_lengths(count, weights=mass)
        check_finite(weights=mass)
        if mass.min() < 0 or mass.max() <= 0:
            raise DataMistake("score.bad_weight", lowest=float(mass.min()))
        if fresh is None or self._rows is None or len(seen) < LEAST_ROWS:
            return mass
        before, after = (
            beside(rows, said) for rows, said in ((self._rows, self._prediction), (fresh, seen))
        )
        return mass * tell_apart(before, after, self.seed).weights


def _numbers(name: str, values: ArrayLike) -> Floats:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise DataMistake("expected.not_numbers", name=name) from None


def _usable(rows: pl.DataFrame, count: int) -> pl.DataFrame:
    """The columns that hold numbers or categories."""
    check_lengths(count, columns=rows)
    kept = comparable(rows)
    if not kept:
        raise DataMistake("expected.no_columns", columns=", ".join(rows.columns[:8]))
    return rows.select(kept)


def _interval(metric: Metric, value: float, error: float, normal: float) -> tuple[float, float]:
    """On the log-odds of a share, on the logarithm of a loss: neither leaves its span."""
    low, high = metric.span
    if not math.isfinite(value) or value in (low, high):
        return value, value
    if high == 1.0:
        wide = normal * error / (value * (1 - value))
        return float(expit(logit(value) - wide)), float(expit(logit(value) + wide))
    # The logarithm's spread under a log-normal: it stays in bounds where the error is the larger.
    factor = math.exp(normal * math.sqrt(math.log1p(min(error / value, 1e100) ** 2)))
    return value / factor, min(value * factor, high)
