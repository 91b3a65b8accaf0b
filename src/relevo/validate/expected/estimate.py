"""`ExpectedQuality`: an estimate of a metric on rows without outcomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from relevo.picture.number import number
from relevo.words import say

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ExpectedQuality:
    """What a metric is likely to be, before any label.

    Attributes
    ----------
    metric
        Its name.
    value
        The estimate.
    interval
        Low and high end for the figure that comes true on these rows, at `coverage`.
    error
        One standard deviation of the estimate against that figure.
    rows, calibration_rows
        How many rows it is for, and how many labelled ones it stands on.
    effective_rows
        How many equally weighted calibration rows say as much as the weighted ones (Kish 1965).
    how
        How it was estimated, in words.
    assumes
        What must hold, and cannot be checked without labels: that the relation between columns
        and outcome is what it was when the calibration rows were labelled.
    chance
        Shape `(n_rows, n_classes)`: the calibrated probabilities of a classification.

    """

    metric: str
    value: float
    interval: tuple[float, float]
    coverage: float
    error: float
    rows: int
    calibration_rows: int
    effective_rows: float
    how: str
    assumes: Literal["unchanged relation"] = "unchanged relation"
    chance: Floats | None = field(default=None, repr=False, compare=False)

    @property
    def caution(self) -> str:
        """What no estimate without labels can know, as a sentence."""
        return say("expected.caution")

    @property
    def text(self) -> str:
        """The estimate as a sentence for people, with its caution."""
        low, high = (number(end, 3) for end in self.interval)
        said = say(
            "expected.said",
            metric=self.metric,
            value=number(self.value, 3),
            low=low,
            high=high,
            coverage=f"{100 * self.coverage:.0f}",
            rows=number(self.rows),
        )
        return f"{said} {self.caution}"
