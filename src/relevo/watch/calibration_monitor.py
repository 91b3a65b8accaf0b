"""`CalibrationMonitor`: do probabilities still come true, looked at as often as one likes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import logit

from relevo.score.rows import Floats, check_lengths
from relevo.watch.loss_monitor import LossMonitor, Monitored

_CLIP = 1e-4  # a probability of nearly nothing would outweigh all others


@dataclass(frozen=True)
class Calibrated:
    """Whether outcomes are rarer or more frequent than said, and whether sureness is right.

    Attributes
    ----------
    shift
        Of `outcome - probability`: above zero, they come more often than said.
    slope
        Of `(outcome - probability) * log-odds`: below zero, the probabilities are too sure.

    """

    shift: Monitored
    slope: Monitored

    @property
    def alarm(self) -> bool:
        """Whether either alarms."""
        return self.shift.alarm or self.slope.alarm

    @property
    def p_value(self) -> float:
        """Of both, valid at all times at once."""
        return min(1.0, 2 * min(self.shift.p_value, self.slope.p_value))

    @property
    def text(self) -> str:
        """The sentence of the one that is less likely by chance."""
        return min(self.shift, self.slope, key=lambda one: one.p_value).text


class CalibrationMonitor:
    """Watches calibration unit by unit; both monitors share the bound on false alarms.

    Parameters
    ----------
    known_shift, known_slope
        Each known unit's mean of the two, as `calibration_parts` gives their rows.
    alpha
        The chance that it ever alarms while nothing changes.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> monitor = CalibrationMonitor()
    >>> for day in range(120):
    ...     said = rng.uniform(0.1, 0.6, 300)
    ...     came = rng.random(300) < said + (0.1 if day >= 60 else 0.0)
    ...     found = monitor.update(came, said, unit=day)
    >>> found.shift.alarm, found.shift.size > 0.05
    (True, True)

    """

    def __init__(
        self,
        known_shift: ArrayLike = (),
        known_slope: ArrayLike = (),
        alpha: float = 0.05,
    ) -> None:
        shift, slope = (np.asarray(known, dtype=np.float64) for known in (known_shift, known_slope))
        self._shift = LossMonitor(shift, alpha / 2, "either", "calibration_shift")
        self._slope = LossMonitor(slope, alpha / 2, "either", "calibration_slope")

    def update(self, outcome: ArrayLike, probability: ArrayLike, unit: object = None) -> Calibrated:
        """Take in outcomes (one where it came true) and the probabilities that were said."""
        shift, slope = calibration_parts(outcome, probability)
        return Calibrated(self._shift.update(shift, unit), self._slope.update(slope, unit))

    def finish(self) -> Calibrated:
        """Judge the unit that is open."""
        return Calibrated(self._shift.finish(), self._slope.finish())

    @property
    def state(self) -> dict[str, Any]:
        """All that it knows, as JSON can hold it."""
        return {"shift": self._shift.state, "slope": self._slope.state}

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> CalibrationMonitor:
        """The monitor that had this state."""
        made = cls()
        made._shift, made._slope = (LossMonitor.of(state[part]) for part in ("shift", "slope"))
        return made


def calibration_parts(outcome: ArrayLike, probability: ArrayLike) -> tuple[Floats, Floats]:
    """The two residuals of each row, `(n_rows,)` each; their means are zero when calibrated.

    They are the scores of an intercept and a slope in Cox's recalibration (Cox 1958, Biometrika
    45), the slope's around even odds.
    """
    came, said = (np.asarray(one, dtype=np.float64) for one in (outcome, probability))
    check_lengths(len(came), probability=said)
    missed = came - said
    return missed, missed * logit(np.clip(said, _CLIP, 1 - _CLIP))
