"""Which segments have moved or become worse, beyond what chance does to so many of them."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot, isfinite
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr

from relevo.picture.number import number
from relevo.score.rows import block_codes
from relevo.score.spread import Spread, spread
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
    (Welch's t, one-sided, robust to dependence within blocks); p-values are held against all
    segments together (Holm, 1979), so that none alarms because there are many.

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
        _means(names, values, groups)
        for names, values, groups in (
            (segments, losses, blocks),
            (segments_before, losses_before, blocks_before),
        )
    )
    found = []
    for name in sorted(now.keys() & before.keys()):
        (mean, error, rows), (former, former_error, _) = now[name], before[name]
        found.append((_p_of_worse(mean - former, error, former_error), name, mean, former, rows))
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
) -> tuple[Signal, ...]:
    """Whether the rows of each segment have moved, the most certain first.

    Parameters
    ----------
    reference, current
        Predictors' columns, before and now.
    segments_reference, segments_current
        The segment of each of their rows.
    alpha
        The chance that any segment alarms when none has moved (Holm, 1979).

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
        moved = drift(reference[before[name]], current[now[name]], alpha)
        share = sum(column.alarm for column in moved.columns) / len(moved.columns)
        found.append((moved.p_value, name, share))
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


def _means(
    segments: pl.Series, losses: ArrayLike, blocks: ArrayLike | None
) -> dict[str, tuple[float, Spread, int]]:
    """Mean loss, its spread and rows of each segment that has enough of them."""
    values = np.asarray(losses, dtype=np.float64)
    of_block = None if blocks is None else np.asarray(blocks)
    found = {}
    for name, rows in _rows_of(segments, _FEWEST_LABELLED).items():
        own = values[rows]
        codes = None if of_block is None else block_codes(of_block[rows], len(rows))
        error = spread((own - own.mean()) / len(own), blocks=codes)
        if isfinite(error.error):
            found[name] = float(own.mean()), error, len(rows)
    return found


def _p_of_worse(grown: float, now: Spread, before: Spread) -> float:
    both = hypot(now.error, before.error)
    if both == 0.0:
        return 0.0 if grown > 0 else 1.0
    shares = now.error**4 / now.freedom + before.error**4 / before.freedom
    return float(stdtr(both**4 / shares, -grown / both))
