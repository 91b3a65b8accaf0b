"""`transported`: a model on rows from elsewhere whose outcome is known, and what would mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from relevo.errors import DataMistake
from relevo.score.evidence import Figure
from relevo.score.intervals import interval
from relevo.score.metrics import Metric
from relevo.score.rows import Codes, block_codes, check_rows
from relevo.validate.elsewhere.calibration_elsewhere import (
    CalibrationElsewhere,
    calibration_of,
    fit_line,
    line_of,
)
from relevo.validate.elsewhere.transfer import figure
from relevo.words import say

Floats = NDArray[np.float64]

LEAST_ROWS = 20
LEAST_OF_A_CLASS = 5
_FOLDS = 5


@dataclass(frozen=True)
class Repaired:
    """A figure after a recalibration, on rows that it was not fitted to.

    Attributes
    ----------
    how
        `large`: the mean is put right; `slope`: the spread too.
    figure
        The metric then.

    """

    how: Literal["large", "slope"]
    figure: Figure


@dataclass(frozen=True)
class Transported:
    """Discrimination and calibration on an external table.

    Attributes
    ----------
    figures
        The metrics there.
    calibration
        Calibration in the large and slope; None with more than two classes.
    repaired
        What recalibration on rows from there would give, cross-fitted, for each metric that
        calibration can change.
    rows
        How many rows judged.
    warning
        Whether calibration is wrong beyond noise.

    """

    figures: tuple[Figure, ...]
    calibration: CalibrationElsewhere | None
    repaired: tuple[Repaired, ...]
    rows: int
    warning: bool

    @property
    def text(self) -> str:
        """The statement, in the language in force."""
        return self.said()

    def said(self, lang: str | None = None) -> str:
        """One honest statement, in a language."""
        return _text(self.figures, self.calibration, self.repaired, lang)


def transported(
    outcome: ArrayLike,
    prediction: ArrayLike,
    metrics: Sequence[Metric],
    *,
    weight: ArrayLike | None = None,
    blocks: ArrayLike | None = None,
    coverage: float = 0.9,
    seed: int = 0,
) -> Transported:
    """Judge predictions of rows that come from elsewhere, as TRIPOD asks.

    Parameters
    ----------
    outcome
        Shape `(n_rows,)`: the number, or the position of the row's class.
    prediction
        Shape `(n_rows,)`, or probabilities `(n_rows, n_classes)`.
    metrics
        What is judged, all of one task.
    weight, blocks
        Shape `(n_rows,)`, as `relevo.score.interval` takes them.
    coverage
        Of all intervals.
    seed
        Of the folds in which recalibrations are fitted.

    Raises
    ------
    DataMistake
        When there are fewer than 20 rows, or only one class.

    Examples
    --------
    >>> from relevo.score.metrics import METRICS
    >>> rng = np.random.default_rng(0)
    >>> chance = rng.random(4000)
    >>> happens = rng.random(4000) < chance**2
    >>> said = np.column_stack([1 - chance, chance])
    >>> found = transported(happens, said, [METRICS["log_loss"]])
    >>> found.calibration.in_the_large < -0.5, found.calibration.holds
    (True, False)

    """
    truth = np.asarray(outcome, dtype=np.float64)
    said = np.asarray(prediction, dtype=np.float64)
    classes = metrics[0].task == "classification"
    mass = np.ones(len(truth)) if weight is None else np.asarray(weight, dtype=np.float64)
    check_rows(truth, said, mass, classes)
    _enough(truth, classes)
    codes = None if blocks is None else block_codes(blocks, len(truth))

    def figured(metric: Metric, seen: Floats, on: str) -> Figure:
        value = metric.function(truth, seen, mass)
        low, high, how = interval(metric, truth, seen, mass, coverage, codes, seed)
        return Figure(metric.name, value, (low, high), len(truth), on, how, coverage)

    found = tuple(figured(metric, said, "external") for metric in metrics)
    if classes and said.shape[1] != 2:
        return Transported(found, None, (), len(truth), False)
    chance = said[:, 1] if classes else said
    calibration = calibration_of(truth, chance, mass, classes, codes, coverage)
    repaired = []
    for how in ("large", "slope"):
        mended = _mended(truth, chance, mass, codes, classes, how == "slope", seed)
        seen = np.column_stack([1 - mended, mended]) if classes else mended
        repaired += [
            Repaired("slope" if how == "slope" else "large", figured(metric, seen, how))
            for metric in metrics
            if metric.name not in ("roc_auc", "average_precision")  # the order stays as it was
        ]
    return Transported(found, calibration, tuple(repaired), len(truth), not calibration.holds)


def _enough(truth: Floats, classes: bool) -> None:
    if len(truth) < LEAST_ROWS:
        raise DataMistake("elsewhere.too_few_external", rows=len(truth), least=LEAST_ROWS)
    if classes:
        counts = np.sort(np.bincount(truth.astype(np.intp), minlength=2))
        if counts[-2] < LEAST_OF_A_CLASS:
            raise DataMistake(
                "elsewhere.external_one_class", rows=int(counts[-2]), least=LEAST_OF_A_CLASS
            )


def _mended(
    truth: Floats,
    chance: Floats,
    mass: Floats,
    blocks: Codes | None,
    classes: bool,
    slope: bool,
    seed: int,
) -> Floats:
    """Recalibrated predictions, `(n_rows,)`, by lines fitted to the other folds."""
    line, mended = line_of(chance, classes), np.empty(len(truth))
    units = np.arange(len(truth)) if blocks is None else blocks
    turn = np.random.default_rng(seed).permutation(int(units.max()) + 1) % _FOLDS
    for fold in range(_FOLDS):
        held = turn[units] == fold
        if not held.any():
            continue
        rest = ~held if (~held).any() else held
        shift, steep = fit_line(truth[rest], line[rest], mass[rest], classes, slope)
        score = shift + steep * line[held]
        mended[held] = expit(score) if classes else score
    return mended


def _text(
    found: tuple[Figure, ...],
    calibration: CalibrationElsewhere | None,
    repaired: tuple[Repaired, ...],
    lang: str | None = None,
) -> str:
    first = found[0]
    parts = [
        say(
            "elsewhere.said.external",
            lang,
            metric=say(f"elsewhere.metric.{first.metric}", lang),
            value=figure(first.value),
            low=figure(first.interval[0]),
            high=figure(first.interval[1]),
            rows=first.rows,
        )
    ]
    if calibration is not None:
        low, high = calibration.in_the_large_interval
        flat, steep = calibration.slope_interval
        key = "calibrated" if calibration.holds else "miscalibrated"
        parts.append(
            say(
                f"elsewhere.said.{key}",
                lang,
                large=figure(calibration.in_the_large),
                low=figure(low),
                high=figure(high),
                slope=figure(calibration.slope),
                flat=figure(flat),
                steep=figure(steep),
            )
        )
        better = _best(found, repaired)
        if better is not None and not calibration.holds:
            before, after = better
            parts.append(
                say(
                    "elsewhere.said.repaired",
                    lang,
                    metric=say(f"elsewhere.metric.{after.figure.metric}", lang),
                    how=say(f"elsewhere.how.{after.how}", lang),
                    before=figure(before.value),
                    after=figure(after.figure.value),
                )
            )
    return " ".join(parts)


def _best(
    found: tuple[Figure, ...], repaired: tuple[Repaired, ...]
) -> tuple[Figure, Repaired] | None:
    """The recalibration that mends a loss most, with the figure before it."""
    losses = [one for one in repaired if one.figure.metric in ("log_loss", "rmse", "brier")]
    before = {one.metric: one for one in found}
    gains = [(before[one.figure.metric], one) for one in losses]
    return min(gains, key=lambda pair: pair[1].figure.value - pair[0].value, default=None)
