"""`expected_quality`: how good the predictions of rows without outcomes are likely to be."""

from __future__ import annotations

from numpy.typing import ArrayLike

from relevo.validate.expected.estimate import ExpectedQuality
from relevo.validate.expected.quality_estimator import QualityEstimator


def expected_quality(
    probabilities: ArrayLike,
    metric: str = "roc_auc",
    calibration: tuple[ArrayLike, ArrayLike] = ((), ()),
    weights: ArrayLike | None = None,
    *,
    rows: object | None = None,
    calibration_rows: object | None = None,
    blocks: ArrayLike | None = None,
    coverage: float = 0.9,
    seed: int = 0,
) -> ExpectedQuality:
    """Estimate a metric on rows whose outcome is not known yet.

    The calibration rows tell how often predictions like these came true; with the columns of both
    sets of rows, how often they came true for rows like these, in the mixture of the new rows. All
    of this holds while the relation between columns and outcome is what it was: no estimate
    without labels can see that relation change.

    For many windows against the same calibration rows use
    `relevo.validate.expected.quality_estimator.QualityEstimator`, which learns from these once.

    Parameters
    ----------
    probabilities
        Shape `(n_rows, n_classes)`, or `(n_rows,)`: the chance of the second of two classes; for
        a metric of regressions, the values predicted `(n_rows,)`.
    metric
        Of a classification: any of `relevo.score.metrics.METRICS` but the calibration error; of a
        regression: `rmse`, `mae` or `pinball`.
    calibration
        Predictions as above of rows that the model was not trained on, and what came true
        `(n_calibration_rows,)`: the position of the class, or the number.
    weights
        Shape `(n_calibration_rows,)`: how much each calibration row counts for the new rows, such
        as `relevo.validate.population(...).weights`. Learnt when both frames are given.
    rows, calibration_rows
        Columns of the new rows and of the calibration rows, what `relevo.data.table.Table.of`
        reads: both or none.
    blocks
        Shape `(n_calibration_rows,)`: calibration rows of one block (a day, a site) may depend on
        each other.
    coverage
        How often the interval shall hold the figure that comes true.
    seed
        Of folds and boosters.

    Raises
    ------
    DataMistake
        When rows are missing or do not fit together.
    ProblemMistake
        When the metric cannot be estimated without labels.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> chance = rng.random(4000)
    >>> came_true = rng.random(4000) < chance
    >>> found = expected_quality(
    ...     chance[:2000], "accuracy", (chance[2000:], came_true[2000:]))
    >>> abs(found.value - 0.75) < 0.02, found.assumes
    (True, 'unchanged relation')

    """
    estimator = QualityEstimator(
        metric, *calibration, rows=calibration_rows, blocks=blocks, seed=seed
    )
    return estimator.estimate(probabilities, rows=rows, weights=weights, coverage=coverage)
