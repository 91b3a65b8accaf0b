"""Guards: what a challenger must not spoil, however much better it is on the whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.model.model import Model
from relevo.problem.problem import Problem, Renew
from relevo.renew.growth import growth_by_group
from relevo.words import say

Floats = NDArray[np.float64]
_FEWEST_ROWS = 100
_ROWS_TIMED = 200
_SMALL_BYTES = 1_000_000


def segment_guard(
    judged: pl.DataFrame,
    champion_loss: Floats,
    challenger_loss: Floats,
    problem: Problem,
    units: NDArray[np.intp],
) -> Iterator[str]:
    """Segments and sites in which the challenger is worse, in words.

    A segment counts when it has 100 rows or more, its loss grows by more than
    `renew.guard_segment_loss` of the champion's, and zero growth lies outside the interval that
    all segments share (Bonferroni).
    """
    from scipy.special import stdtrit

    names = [*problem.roles.segment, *([problem.roles.site] if problem.roles.site else [])]
    found = [
        growth_by_group(judged[name], champion_loss, challenger_loss, units).filter(
            pl.col("rows") >= _FEWEST_ROWS, pl.col("units") >= 2
        )
        for name in dict.fromkeys(names)
    ]
    alpha = problem.renew.alpha / max(1, sum(groups.height for groups in found))
    for name, groups in zip(dict.fromkeys(names), found, strict=True):
        for one in groups.iter_rows(named=True):
            certain = one["growth"] - stdtrit(one["units"] - 1, 1 - alpha) * one["error"] > 0
            if certain and one["growth"] > problem.renew.guard_segment_loss * one["before"]:
                growth = f"{one['growth'] / one['before']:.0%}"
                yield say("renew.guard_segment", segment=f"{name} = {one['group']}", growth=growth)


def latency_guard(
    champion: Model, challenger: Model, judged: pl.DataFrame, rules: Renew
) -> Iterator[str]:
    """Whether the challenger takes too many times longer for one row, in words."""
    ratio = _seconds_per_row(challenger, judged) / max(_seconds_per_row(champion, judged), 1e-9)
    if ratio > rules.guard_latency:
        limit = f"{rules.guard_latency:g}"
        yield say("renew.guard_latency", ratio=f"{ratio:.1f}", limit=limit)


def size_guard(champion: Path, challenger: Path, rules: Renew) -> Iterator[str]:
    """Whether the challenger's predictor is too many times larger, in words.

    One of less than a megabyte is never too large.
    """
    size = _bytes(challenger)
    ratio = size / max(_bytes(champion), 1)
    if size > _SMALL_BYTES and ratio > rules.guard_size:
        yield say("renew.guard_size", ratio=f"{ratio:.1f}", limit=f"{rules.guard_size:g}")


def _seconds_per_row(model: Model, rows: pl.DataFrame) -> float:
    taken = []
    # Through JSON, as rows reach the endpoint: dates are text there.
    for row in rows.head(_ROWS_TIMED).to_dicts():
        plain = json.loads(json.dumps(row, default=str))
        start = perf_counter()
        model.predict_row(plain)
        taken.append(perf_counter() - start)
    return float(np.median(taken))


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in (folder / "predictor").rglob("*") if file.is_file())
