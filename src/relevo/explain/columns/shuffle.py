"""How much worse a model gets when columns are shuffled, and how sure one can be of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from relevo.explain.columns.judged_rows import JudgedRows
from relevo.score.rows import weights_of
from relevo.score.spread import spread

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]

_COVERAGE = 0.95
_REPLICATES = 50


@dataclass(frozen=True)
class Drop:
    """What the metric loses.

    Attributes
    ----------
    mean
        Over the shuffles.
    interval
        Low and high end, 95 %: over other rows (blocks) of the same kind and other shuffles.

    """

    mean: float
    interval: tuple[float, float]


def shuffled_drop(
    rows: JudgedRows,
    places: Positions,
    repeats: int,
    random: np.random.Generator,
    cells: Positions | None = None,
) -> Drop:
    """The drop when the features at `places` come from other rows, all of them from the same one.

    Each row is in the figure twice: with its own outcome, and as the giver of a value. The
    influence of both parts is summed in each row (in each block, where rows depend on each other):
    the linear part of a two-sample U-statistic (Hoeffding, 1948). The shuffles' own noise is in
    the sum twice and in the figure once, so that once is taken out.

    Parameters
    ----------
    rows
        What judges.
    places
        Features that are shuffled.
    repeats
        How many times, at least one.
    random
        Draws the shuffles.
    cells
        Where given, `(n_rows,)`: values are only exchanged between rows of one cell.

    """
    whole = rows.predicted(rows.matrix.values)
    orders = [_order(len(rows), random, cells) for _ in range(repeats)]
    seen = [rows.predicted(_exchanged(rows.matrix.values, places, order)) for order in orders]
    drops = rows.worth(whole) - np.array([rows.worth(one) for one in seen])
    mean = float(drops.mean())
    if rows.measure.influence is None:
        error = _by_weights(rows, whole, seen, orders, random)
        freedom = float(_REPLICATES - 1)
    else:
        error, freedom = _by_influence(rows, whole, seen, orders, drops)
    reach = float(stdtrit(freedom, 0.5 + _COVERAGE / 2)) * error if np.isfinite(error) else np.inf
    return Drop(mean, (mean - reach, mean + reach))


def _order(count: int, random: np.random.Generator, cells: Positions | None) -> Positions:
    if cells is None:
        return random.permutation(count)
    order = np.empty(count, dtype=np.intp)
    # Both sorts put the rows of a cell in the same stretch; the second one in a random order.
    stretch, mixed = np.argsort(cells, kind="stable"), np.lexsort((random.random(count), cells))
    order[stretch] = mixed
    return order


def _exchanged(values: Floats, places: Positions, order: Positions) -> Floats:
    changed = values.copy()
    changed[:, places] = values[order[:, np.newaxis], places]
    return changed


def _by_influence(
    rows: JudgedRows,
    whole: Floats,
    seen: list[Floats],
    orders: list[Positions],
    drops: Floats,
) -> tuple[float, float]:
    base = rows.influence(whole)
    assert base is not None
    influence = np.zeros(len(rows))
    for one, order in zip(seen, orders, strict=True):
        after = rows.influence(one)
        assert after is not None
        part = (base - after) / len(seen)
        influence += part
        influence[order] += part
    groups = rows.target.values.astype(np.intp) if rows.measure.by_class else None
    found = spread(influence, groups, rows.blocks)
    noise = float(drops.var(ddof=1)) / len(drops) if len(drops) > 1 else 0.0
    return float(np.sqrt(max(found.error**2 - noise, noise))), found.freedom


def _by_weights(
    rows: JudgedRows,
    whole: Floats,
    seen: list[Floats],
    orders: list[Positions],
    random: np.random.Generator,
) -> float:
    """The bootstrap's error, for metrics whose influence is not known; givers are drawn too."""
    units = np.arange(len(rows)) if rows.blocks is None else rows.blocks
    count = int(units.max()) + 1
    if count < 2:
        return np.inf
    mass = weights_of(rows.target.values, rows.target.weight)
    drawn = np.empty(_REPLICATES)
    for place in range(_REPLICATES):
        times = random.multinomial(count, np.full(count, 1 / count))[units]
        worths = [
            rows.worth(one, mass * times * times[order])
            for one, order in zip(seen, orders, strict=True)
        ]
        drawn[place] = rows.worth(whole, mass * times) - np.mean(worths)
    return float(np.nanstd(drawn, ddof=1))
