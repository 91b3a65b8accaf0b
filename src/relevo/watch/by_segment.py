"""Which segments have moved or become worse, beyond what chance does to so many of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr

from relevo.picture.number import number
from relevo.score.rows import block_codes, sums
from relevo.watch.drift import drift
from relevo.watch.signals import Signal, chance
from relevo.words import say

_FEWEST_LABELLED = 30
_FEWEST_ROWS = 100
_MOST_SEGMENTS = 50  # in which drift is looked for, the largest ones


def quality_by_segment(
    segments: pl.Series,
    losses: ArrayLike,
    segments_before: pl.Series,
    losses_before: ArrayLike,
    blocks: ArrayLike | None = None,
    blocks_before: ArrayLike | None = None,
    alpha: float = 0.05,
) -> tuple[Signal, ...]:
    """Whether each segment's loss has grown, the most certain first.

    The mean loss of a segment's newly labelled rows against that of its rows that judged the model
    (t test, one-sided, of pooled variance, widened by dependence within blocks); p-values are held
    against all segments together (Holm, 1979), so that none alarms because there are many.

    Parameters
    ----------
    segments, losses
        Of the newly labelled rows, shape `(n_rows,)`; the loss is log loss or squared error.
    segments_before, losses_before
        Of the rows that judged the model.
    blocks, blocks_before
        Rows of one block (a day, a site) may depend on each other.
    alpha
        The chance that any segment alarms when none has become worse.

    Returns
    -------
    tuple of Signal
        One for each segment of 30 rows or more in both.

    """
    now, before = (
        _Losses.of(*side)
        for side in ((segments, losses, blocks), (segments_before, losses_before, blocks_before))
    )
    found = _compared(now, before)
    extra = sum(max(0.0, one.total) for one in found)
    return _told(
        "quality",
        [(one.p_value, one.name, one.mean - one.former) for one in found],
        [
            {
                "loss": number(one.mean, 3),
                "before": number(one.former, 3),
                "rows": number(one.rows),
                "share": f"{max(0.0, one.total) / extra:.0%}" if extra else "0%",
            }
            for one in found
        ],
        alpha,
    )


def drift_by_segment(
    reference: pl.DataFrame,
    current: pl.DataFrame,
    segments_reference: pl.Series,
    segments_current: pl.Series,
    alpha: float = 0.05,
    min_size: float = 0.0,
) -> tuple[Signal, ...]:
    """Whether the rows of each segment have moved, the most certain first.

    Leave out the columns that have moved everywhere: these are said once, of all rows.

    Parameters
    ----------
    reference, current
        Predictors' columns, before and now.
    segments_reference, segments_current
        The segment of each of their rows.
    alpha
        The chance that any segment alarms when none has moved (Holm, 1979).
    min_size
        The least shift of a column that alarms, see `relevo.watch.drift.ColumnDrift.size`.

    Returns
    -------
    tuple of Signal
        One for each of the largest segments that have 100 rows or more in both.

    """
    before, now = (
        _rows_of(segments_reference, _FEWEST_ROWS),
        _rows_of(segments_current, _FEWEST_ROWS),
    )
    both = sorted(before.keys() & now.keys(), key=lambda name: (-len(now[name]), name))
    found, values = [], []
    for name in both[:_MOST_SEGMENTS]:
        moved = drift(reference[before[name]], current[now[name]], alpha).at_least(min_size)
        share = sum(column.alarm for column in moved.columns) / len(moved.columns)
        found.append((moved.p_value if share else 1.0, name, share))
        values.append(
            {"columns": ", ".join(dict.fromkeys(c.column for c in moved.columns if c.alarm)) or "–"}
        )
    return _told("drift", found, values, alpha)


def _told(
    what: Literal["quality", "drift"],
    found: Sequence[tuple[float, str, float]],
    values: Sequence[dict[str, str]],
    alpha: float,
) -> tuple[Signal, ...]:
    """Signals of p-values, names and sizes; the p-values are held against each other."""
    kind: Literal["segment quality", "segment drift"] = (
        "segment quality" if what == "quality" else "segment drift"
    )
    signals, worst = [], 0.0
    for place, number_of in enumerate(sorted(range(len(found)), key=lambda one: found[one])):
        p_value, name, size = found[number_of]
        worst = max(worst, min(1.0, p_value * (len(found) - place)))
        alarm = worst <= alpha
        state = "alarm" if alarm else "calm"
        text = say(
            f"watch.segment_{what}.{state}", segment=name, p=chance(worst), **values[number_of]
        )
        signals.append(Signal(kind, name, size, worst, alarm, text))
    return tuple(signals)


def _rows_of(segments: pl.Series, fewest: int) -> dict[str, NDArray[np.intp]]:
    """The positions of the rows of each segment that has so many."""
    groups = (
        pl.DataFrame({"segment": segments, "row": np.arange(len(segments))})
        .group_by("segment")
        .agg("row")
        .filter(pl.col("row").list.len() >= fewest)
    )
    return {str(name): np.asarray(rows, dtype=np.intp) for name, rows in groups.iter_rows()}


@dataclass(frozen=True)
class _Losses:
    """The loss of each row that has a segment, the segment's name, and its block's number."""

    names: pl.Series
    values: NDArray[np.float64]
    blocks: NDArray[np.intp]

    @classmethod
    def of(cls, segments: pl.Series, losses: ArrayLike, blocks: ArrayLike | None) -> _Losses:
        values, rows = np.asarray(losses, dtype=np.float64), len(segments)
        codes = np.arange(rows) if blocks is None else block_codes(blocks, rows)
        known = segments.is_not_null()
        kept = known.to_numpy()
        return cls(segments.filter(known).cast(pl.String), values[kept], codes[kept])


@dataclass(frozen=True)
class _Compared:
    """One segment: its mean losses, and by how much its rows have lost more than before."""

    name: str
    p_value: float
    mean: float
    former: float
    rows: int

    @property
    def total(self) -> float:
        return self.rows * (self.mean - self.former)


def _compared(now: _Losses, before: _Losses) -> list[_Compared]:
    """Every segment of enough rows in both, all in one pass over the rows.

    One-sided t tests with the variance of both together, because few rows often lack the rare
    large loss, widened by what blocks add to it (CR1, as `relevo.score.spread`).
    """
    names = pl.concat([before.names.alias("name"), now.names.alias("name")])
    if names.is_empty():
        return []
    levels = names.unique().sort()
    segment = names.rank("dense").to_numpy().astype(np.intp) - 1
    values = np.concatenate((before.values, now.values))
    blocks = np.concatenate((before.blocks, now.blocks + before.blocks.max(initial=-1) + 1))
    is_now = np.arange(len(values)) >= len(before.values)
    count, count_now = (np.bincount(segment, side, len(levels)) for side in (None, is_now))
    rows, rows_now = count.astype(np.float64), count_now
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_now = sums(segment, values * is_now, len(levels)) / rows_now
        former = sums(segment, values * ~is_now, len(levels)) / (rows - rows_now)
        apart = values - (sums(segment, values, len(levels)) / rows)[segment]
        variance = sums(segment, apart**2, len(levels)) / np.maximum(1, rows - 2)
        units, together = _of_blocks(segment, blocks, apart / rows[segment], len(levels))
        wider = np.maximum(1.0, together / (variance / rows))
        error = np.sqrt(variance * wider * (1 / rows_now + 1 / (rows - rows_now)))
        p_value = stdtr(units - 2, (former - mean_now) / error)
    enough = (rows_now >= _FEWEST_LABELLED) & (rows - rows_now >= _FEWEST_LABELLED)
    p_value = np.where((variance > 0) & (units > 2), p_value, 1.0)
    return [
        _Compared(
            levels[at],
            float(p_value[at]),
            float(mean_now[at]),
            float(former[at]),
            int(rows_now[at]),
        )
        for at in np.flatnonzero(enough).tolist()
    ]


def _of_blocks(
    segment: NDArray[np.intp], blocks: NDArray[np.intp], influence: NDArray[np.float64], levels: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The blocks of each segment, and the variance of its mean that is robust within them."""
    pairs, at = np.unique(segment * (blocks.max() + 1) + blocks, return_inverse=True)
    of_pair = pairs // (blocks.max() + 1)
    totals = sums(at.reshape(-1), influence, len(pairs))
    units = np.bincount(of_pair, minlength=levels).astype(np.float64)
    squares = sums(of_pair, totals**2, levels)
    return units, squares * units / np.maximum(1.0, units - 1)
