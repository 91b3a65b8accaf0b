"""How far a figure would move if other rows, or other blocks of rows, had been drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from relevo.score.rows import Codes, Floats, sums


@dataclass(frozen=True)
class Spread:
    """The sampling error of a figure.

    Attributes
    ----------
    error
        Standard error; infinite when a group stands on fewer than two units.
    freedom
        Degrees of freedom for a t quantile.
    units
        Independent units, rows or blocks, of the rarest group.

    """

    error: float
    freedom: float
    units: int

    def reach(self, coverage: float) -> float:
        """How far an interval goes to each side, by Student's t; infinite without an error."""
        if not math.isfinite(self.error):
            return math.inf
        from scipy.special import stdtrit

        return float(stdtrit(max(self.freedom, 1.0), 0.5 + coverage / 2)) * self.error


def spread(influence: Floats, groups: Codes | None = None, blocks: Codes | None = None) -> Spread:
    """The standard error of a figure from what each row adds to it (linearisation).

    Without groups and blocks and with the influences of a mean, this is the standard error of the
    mean. With `blocks` it is robust to any dependence within a block (CR1). With `groups` each
    group is a sample of its own size, which for the area under the ROC curve gives the variance
    of DeLong, DeLong and Clarke-Pearson; degrees of freedom are then Satterthwaite's.

    Parameters
    ----------
    influence
        Derivative of the figure with respect to each row's weight, times that weight, `(n_rows,)`.
    groups
        Group of each row, `(n_rows,)`: its true class when the figure compares classes.
    blocks
        Block of each row, `(n_rows,)`, as positions from zero.

    References
    ----------
    Cameron and Miller (2015), A practitioner's guide to cluster-robust inference;
    DeLong et al. (1988), Biometrics 44; Satterthwaite (1946), Biometrics Bulletin 2.

    """
    group = np.zeros(len(influence), np.intp) if groups is None else groups
    units = _units(group, blocks)
    present = units > 0
    fewest = int(units[present].min())
    if fewest < 2:
        return Spread(math.inf, math.nan, fewest)
    scaled = influence * np.sqrt(units / np.maximum(units - 1, 1))[group]
    totals = scaled if blocks is None else sums(blocks, scaled)
    variances = _variances(scaled, group, blocks)[present]
    return Spread(
        float(np.sqrt(np.sum(totals**2))), _freedom(variances, units[present], blocks), fewest
    )


def kish(weight: Floats) -> float:
    """How many equally weighted rows say as much as these (Kish 1965)."""
    return float(weight.sum() ** 2 / np.sum(weight**2))


def _units(group: Codes, blocks: Codes | None) -> Floats:
    if blocks is None:
        return np.bincount(group).astype(np.float64)
    held = _by_block(np.ones(len(group)), group, blocks) > 0
    units: Floats = held.sum(axis=1, dtype=np.float64)
    return units


def _variances(scaled: Floats, group: Codes, blocks: Codes | None) -> Floats:
    if blocks is None:
        return sums(group, scaled**2)
    squares: Floats = np.sum(_by_block(scaled, group, blocks) ** 2, axis=1)
    return squares


def _by_block(values: Floats, group: Codes, blocks: Codes) -> Floats:
    groups, count = int(group.max()) + 1, int(blocks.max()) + 1
    return sums(group * count + blocks, values, groups * count).reshape(groups, count)


def _freedom(variances: Floats, units: Floats, blocks: Codes | None) -> float:
    total = variances.sum()
    if total == 0:
        return float(units.min() - 1)
    freedom = float(total**2 / np.sum(variances**2 / (units - 1)))
    return freedom if blocks is None else min(freedom, float(blocks.max()))
