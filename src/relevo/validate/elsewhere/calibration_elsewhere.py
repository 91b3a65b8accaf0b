"""`calibration_of`: calibration in the large and calibration slope, with their intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, stdtrit

from relevo.score.rows import Codes
from relevo.score.spread import spread

Floats = NDArray[np.float64]

_CLIP = 1e-6
_TURNS = 50
_RIDGE = 1e-6  # keeps a slope finite when a model separates the classes


@dataclass(frozen=True)
class CalibrationElsewhere:
    """How predictions and outcomes agree on average and in their spread.

    Attributes
    ----------
    in_the_large, in_the_large_interval
        Of two classes: what must be added to the log-odds so that as many rows are positive as
        predicted; 0 when it is right. Of a number: the mean of outcome less prediction.
    slope, slope_interval
        By how much log-odds (or numbers) must be stretched; below 1 they are too extreme.
    observed_expected, observed_expected_interval
        Positive rows over those predicted; of a regression, and where none is predicted, None.
    coverage
        Of the intervals.

    """

    in_the_large: float
    in_the_large_interval: tuple[float, float]
    slope: float
    slope_interval: tuple[float, float]
    observed_expected: float | None
    observed_expected_interval: tuple[float, float] | None
    coverage: float

    @property
    def holds(self) -> bool:
        """Whether both intervals hold what a calibrated model has: 0 and 1."""
        (low, high), (flat, steep) = self.in_the_large_interval, self.slope_interval
        return low <= 0 <= high and flat <= 1 <= steep


def calibration_of(
    outcome: Floats,
    prediction: Floats,
    weight: Floats,
    classes: bool,
    blocks: Codes | None = None,
    coverage: float = 0.9,
) -> CalibrationElsewhere:
    """Fit the two recalibrations and see how far they are from none.

    Parameters
    ----------
    outcome
        Shape `(n_rows,)`: 0 or 1, or the number.
    prediction
        Shape `(n_rows,)`: the probability of 1, or the number.
    weight, blocks
        Shape `(n_rows,)`; rows of one block may depend on each other.
    classes
        Whether this is a classification.
    coverage
        Of the intervals; errors are robust (sandwich), so weights need no distribution.

    References
    ----------
    Cox (1958), Two further applications of a model for binary regression, Biometrika 45; Collins
    et al. (2015, 2024), TRIPOD and TRIPOD+AI; White (1980) (the errors).

    """
    line = line_of(prediction, classes)
    shift = fit_line(outcome, line, weight, classes, False)
    both = fit_line(outcome, line, weight, classes, True)
    shift_error = _errors(outcome, line, weight, shift, classes, blocks, False)[0]
    errors = _errors(outcome, line, weight, both, classes, blocks, True)
    units = len(outcome) if blocks is None else int(blocks.max()) + 1
    reach = float(stdtrit(max(units - 1, 1), 0.5 + coverage / 2))
    ratio, ends = _ratio(outcome, prediction, weight, blocks, reach) if classes else (None, None)
    return CalibrationElsewhere(
        shift[0],
        (shift[0] - reach * shift_error, shift[0] + reach * shift_error),
        both[1],
        (both[1] - reach * errors[1], both[1] + reach * errors[1]),
        ratio,
        ends,
        coverage,
    )


def line_of(prediction: Floats, classes: bool) -> Floats:
    """The scale on which a line is fitted: log-odds, or the number itself."""
    if not classes:
        return prediction
    odds: Floats = logit(np.clip(prediction, _CLIP, 1 - _CLIP))
    return odds


def fit_line(
    outcome: Floats, line: Floats, weight: Floats, classes: bool, slope: bool
) -> tuple[float, float]:
    """Shift and slope that fit the outcome best; the slope stays 1 when it is not asked for."""
    if not classes:
        return _straight(outcome, line, weight, slope)
    at = np.array([0.0, 1.0])
    free = slice(0, 2 if slope else 1)
    for _ in range(_TURNS):
        chance = expit(at[0] + at[1] * line)
        design = np.column_stack([np.ones(len(line)), line])[:, free]
        gradient = design.T @ (weight * (outcome - chance)) - _RIDGE * (at - [0.0, 1.0])[free]
        curve = (design * (weight * chance * (1 - chance))[:, np.newaxis]).T @ design
        step = np.linalg.solve(curve + _RIDGE * np.eye(design.shape[1]), gradient)
        step *= min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-300))
        at[free] += step
        if float(np.abs(step).max()) < 1e-9:
            break
    return float(at[0]), float(at[1])


def _straight(outcome: Floats, line: Floats, weight: Floats, slope: bool) -> tuple[float, float]:
    middle, mean = np.average(line, weights=weight), np.average(outcome, weights=weight)
    if not slope:
        return float(mean - middle), 1.0
    spread_of = np.average((line - middle) ** 2, weights=weight)
    steep = np.average((line - middle) * outcome, weights=weight) / max(spread_of, 1e-300)
    return float(mean - steep * middle), float(steep)


def _errors(
    outcome: Floats,
    line: Floats,
    weight: Floats,
    fitted: tuple[float, float],
    classes: bool,
    blocks: Codes | None,
    slope: bool,
) -> list[float]:
    """Robust standard errors of shift and slope."""
    design = np.column_stack([np.ones(len(line)), line])[:, : 2 if slope else 1]
    score = fitted[0] + fitted[1] * line
    said = expit(score) if classes else score
    curve = weight * (said * (1 - said) if classes else 1.0)
    bread = np.linalg.pinv((design * curve[:, np.newaxis]).T @ design)
    added = (design * (weight * (outcome - said))[:, np.newaxis]) @ bread
    return [spread(added[:, column], blocks=blocks).error for column in range(design.shape[1])]


def _ratio(
    outcome: Floats, chance: Floats, weight: Floats, blocks: Codes | None, reach: float
) -> tuple[float | None, tuple[float, float] | None]:
    seen, said = float(weight @ outcome), float(weight @ chance)
    if said <= 0 or seen <= 0:
        return None, None
    error = spread(weight * (outcome / seen - chance / said), blocks=blocks).error
    ratio, factor = seen / said, float(np.exp(reach * error))
    return ratio, (ratio / factor, ratio * factor)
