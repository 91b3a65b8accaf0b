"""`Bets`: evidence against "nothing changed" that may be looked at after every test."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

SMALLEST = 1e-12  # of p-values; no approximation of one is true beyond
LARGEST = 1e100


def calibrated(p_value: float) -> float:
    """The e-value of a p-value: of mean 1 at most where nothing changed.

    The mixture of all bets `k p^(k-1)` on small p-values, k from 0 to 1 (Vovk & Wang 2021,
    "E-values: calibration, combination and applications").

    Examples
    --------
    >>> round(calibrated(0.001), 1), calibrated(1.0)
    (20.8, 0.5)

    """
    p = max(SMALLEST, p_value)
    log = math.log(p)
    if log > -1e-4:
        return 0.5
    return (1 - p + p * log) / (p * log * log)


@dataclass(frozen=True)
class Bets:
    """Money staked on a change that begins at the first test, the second, the third, ...

    Each start has the same stake, and what is staked is multiplied by the e-value of every test
    from the start on. The sum of all money is a fair game where nothing changed, so that it ever
    reaches `1 / alpha` with a chance of at most `alpha` (Ville 1939). It is the e-detector of Shin,
    Ramdas and Rinaldo (2024) with weights that sum to 1, which bound the chance of a false alarm
    instead of the time to one.

    Attributes
    ----------
    starts
        Among how many tests the stakes are divided.
    tests
        How many there were.
    staked
        The money on starts that have come.
    run
        The logarithm of the money of the best start over its stake.
    began
        That start: the number of tests before it.

    """

    starts: int
    tests: int = 0
    staked: float = 0.0
    run: float = 0.0
    began: int = 0

    @property
    def money(self) -> float:
        """All of it; 1 at first."""
        return self.staked + max(0.0, 1 - self.tests / self.starts)

    def after(self, p_value: float) -> Bets:
        """The bets after one more test."""
        e_value = calibrated(p_value)
        stake = 1 / self.starts if self.tests < self.starts else 0.0
        fresh = self.run <= 0
        return replace(
            self,
            tests=self.tests + 1,
            staked=min(LARGEST, (self.staked + stake) * e_value),
            run=min(math.log(LARGEST), max(0.0, self.run) + math.log(e_value)),
            began=self.tests if fresh else self.began,
        )
