"""`since`: when, within a window, a column began to be otherwise than the reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray
from scipy.special import kolmogorov

from relevo.validate.target.kinds import kind_of, numbers_of
from relevo.watch.steps import Steps

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

TRIMMED = 0.02  # of the window at either end, where any two values may look like a change
FEWEST = 10  # known values; of fewer nothing is said


@dataclass(frozen=True)
class Since:
    """Where a change began.

    Attributes
    ----------
    inside
        Whether it began within the window rather than before it: the window changes at `alpha`,
        and its later part is farther from the reference.
    row
        The first row of the later part, in the order of time; 0 where the change began before.
    time
        The time of that row, where times were given.
    p_value
        Of "the window is the same from its first row to its last".

    """

    inside: bool
    row: int
    time: Any
    p_value: float


def since(
    values: ArrayLike | pl.Series,
    reference: ArrayLike | pl.Series,
    times: ArrayLike | pl.Series | None = None,
    alpha: float = 0.05,
) -> Since:
    """Find when a column's change began.

    The largest cumulative sum of scores against their mean is a Brownian bridge's maximum where
    the window does not change within. For numbers the scores are the normal scores of the ranks
    among reference and window, and their squares, so that a change of spread is found too; for
    words, how much more common each is in the window. The place is where the split explains most.

    Parameters
    ----------
    values
        Shape `(n_rows,)`: numbers or words of the window, in the order of time; missing ones are
        left out. (To date a change of missing values, give 0 and 1.)
    reference
        Shape `(n_reference_rows,)`: the column in the reference.
    times
        Shape `(n_rows,)`; the rows are put in their order.
    alpha
        How often "inside" may be said of a window that does not change within.

    References
    ----------
    Pettitt (1979), "A non-parametric approach to the change-point problem"; Csorgo and Horvath
    (1997), "Limit Theorems in Change-Point Analysis".

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> window = np.concatenate([rng.normal(0, 1, 60), rng.normal(2, 1, 40)])
    >>> found = since(window, rng.normal(0, 1, 500))
    >>> found.inside, abs(found.row - 60) <= 3
    (True, True)

    """
    now, before = (_series(one) for one in (values, reference))
    order = np.arange(len(now)) if times is None else np.argsort(np.asarray(times), kind="stable")
    told = None if times is None else np.asarray(times)[order]
    now = now[order]
    known = np.flatnonzero(_known(now))
    split, p_value, farther = 0, 1.0, False
    if len(known) >= FEWEST and _known(before).any():
        found = [_split(*scores) for scores in _scores(now[known], before)]
        p_value, split, farther = min(found)
        p_value = min(1.0, len(found) * p_value)
    inside = bool(p_value <= alpha and farther)
    row = int(known[split]) if inside else 0
    time = None if told is None or not len(told) else told[row]
    return Since(inside, row, time, p_value)


def _series(values: ArrayLike | pl.Series) -> pl.Series:
    given = values if isinstance(values, pl.Series) else pl.Series(np.asarray(values))
    return given if kind_of(given) == "number" else given.cast(pl.String)


def _known(column: pl.Series) -> NDArray[np.bool_]:
    if kind_of(column) == "number":
        return ~np.isnan(numbers_of(column))
    return np.asarray(column.is_not_null().to_numpy())


def _scores(now: pl.Series, before: pl.Series) -> Iterator[tuple[Floats, float]]:
    """Scores of the window's rows, and the reference's mean score; of location and of spread."""
    if kind_of(now) == "number":
        first, second = numbers_of(before), numbers_of(now)
        steps = Steps.of(np.sort(first[~np.isnan(first)]), np.sort(second))
        place = steps.place
        score = steps.scores(np.arange(len(steps.values)))
        reference = steps.counts()[0] / steps.rows[0]
        for of in (score, score**2):
            yield of[place(second)], float(reference @ of)
        return
    words = pl.concat([before.drop_nulls().rename("word"), now.rename("word")])
    names = words.unique(maintain_order=True)
    counts = [
        np.bincount(_codes(side, names), minlength=len(names))
        for side in (before.drop_nulls(), now)
    ]
    shares = [(one + 0.5) / (one.sum() + 0.5 * len(names)) for one in counts]
    score = np.log(shares[1] / shares[0])
    yield score[_codes(now, names)], float(counts[0] / counts[0].sum() @ score)


def _codes(words: pl.Series, names: pl.Series) -> Rows:
    return words.cast(pl.Enum(names)).to_physical().to_numpy().astype(np.intp)


def _split(scores: Floats, usual: float) -> tuple[float, int, bool]:
    """The p-value of no change within, the best split, and whether the later part is farther."""
    rows = len(scores)
    sums = np.cumsum(scores - scores.mean())[:-1]
    deviation = scores.std()
    if deviation == 0:
        return 1.0, 0, False
    p_value = float(kolmogorov(np.abs(sums).max() / (deviation * np.sqrt(rows))))
    ends = np.arange(1, rows)
    gain = sums**2 / (ends * (rows - ends))
    least = max(1, int(TRIMMED * rows))
    gain[: least - 1], gain[rows - least :] = 0, 0
    split = int(gain.argmax()) + 1
    before, after = scores[:split].mean(), scores[split:].mean()
    return p_value, split, bool(abs(after - usual) > abs(before - usual))
