"""Which segments have moved or become worse, beyond what chance does to so many of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr

from relevo.picture.number import number
from relevo.score.rows import block_codes
from relevo.score.spread import spread
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
        _Losses.of(names, values, groups)
        for names, values, groups in (
            (segments, losses, blocks),
            (segments_before, losses_before, blocks_before),
        )
    )
    found = []
    for name in sorted(now.keys() & before.keys()):
        newest, former = now[name], before[name]
        p_value = _p_of_worse(newest, former)
        found.append((p_value, name, newest.mean, former.mean, len(newest.values)))
    return _told(
        "quality",
        [(p, name, mean - former) for p, name, mean, former, _ in found],
        [
            {"loss": number(mean, 3), "before": number(former, 3), "rows": number(rows)}
            for *_, mean, former, rows in found
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
        values.append({"columns": ", ".join(c.column for c in moved.columns if c.alarm) or "–"})
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
    """The losses of one segment's rows, and the block of each."""

    values: NDArray[np.float64]
    blocks: NDArray[np.generic] | None

    @classmethod
    def of(
        cls, segments: pl.Series, losses: ArrayLike, blocks: ArrayLike | None
    ) -> dict[str, _Losses]:
        """Those of each segment that has enough rows."""
        values = np.asarray(losses, dtype=np.float64)
        of_block = None if blocks is None else np.asarray(blocks)
        return {
            name: cls(values[rows], None if of_block is None else of_block[rows])
            for name, rows in _rows_of(segments, _FEWEST_LABELLED).items()
        }

    @property
    def mean(self) -> float:
        return float(self.values.mean())

    @property
    def codes(self) -> NDArray[np.intp]:
        """The number of each row's block; each row's own where rows are independent."""
        every = len(self.values)
        return np.arange(every) if self.blocks is None else block_codes(self.blocks, every)


def _p_of_worse(now: _Losses, before: _Losses) -> float:
    """One-sided, with the variance of both together: few rows often lack the rare large loss."""
    codes = np.concatenate((now.codes, before.codes + now.codes.max() + 1))
    values = np.concatenate((now.values, before.values))
    apart = values - values.mean()
    n, freedom = len(values), int(codes.max()) - 1
    variance = float((apart**2).sum()) / max(1, n - 2)
    if variance == 0.0 or freedom < 1:
        return 1.0
    together = spread(apart / n, blocks=codes).error ** 2 / (variance / n)
    error = sqrt(variance * max(1.0, together) * (1 / len(now.values) + 1 / len(before.values)))
    return float(stdtr(freedom, (before.mean - now.mean) / error))
