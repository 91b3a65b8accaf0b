"""`choose_history`: which former rows a model from scratch learns from, and how much they count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.learn.learner import Floats
from relevo.learn.quick import QuickFit
from relevo.learn.rows import Rows
from relevo.problem.problem import History as Asked
from relevo.problem.problem import Problem
from relevo.score.paired import paired_gain
from relevo.words import say

Kind = Literal["all", "recent", "decayed"]

_SHARES = (1 / 2, 1 / 4, 1 / 8)  # of the whole time: windows, and half-lives
_ORIGINS, _JUDGED_SHARE = 3, 0.3  # cuts, and the share of the rows, the newest, that judges
_FEWEST_DAYS, _FEWEST_ROWS = 6, 300
_CONFIDENCE = 0.95
_MICROSECONDS_OF_A_DAY = 86_400e6


@dataclass(frozen=True)
class Tried:
    """What one history would have lost.

    Attributes
    ----------
    kind, days
        Of the history; the days are a window or a half-life, infinite for all rows.
    loss
        The mean loss on rows that came later.
    gain
        How much lower that is than with all rows.
    interval
        Low and high end of the gain; both together hold with 95 % for all that were tried.

    """

    kind: Kind
    days: float
    loss: float
    gain: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class History:
    """Which rows a model from scratch learns from.

    Attributes
    ----------
    kind
        `all` rows alike; `recent` ones only; or `decayed`: a row counts half of one that is
        `days` younger.
    days
        The window, or the half-life; infinite for all rows.
    why
        In words.
    tried
        What the choice stands on; empty when there was none.

    """

    kind: Kind = "all"
    days: float = np.inf
    why: str = ""
    tried: tuple[Tried, ...] = field(default=())

    def weights(self, days: Floats, segments: NDArray[np.intp] | None = None) -> Floats:
        """What each row counts, shape `(n_rows,)`; the newest counts 1.

        Parameters
        ----------
        days
            The time of each row in days, shape `(n_rows,)`.
        segments
            The segment of each row, numbered from 0, if there are any. A window is then counted
            back from the newest row of each: one that was silent lately is not forgotten.

        """
        newest = days.max(initial=-np.inf)
        if self.kind == "recent":
            own = newest if segments is None else _newest_of_each(days, segments)[segments]
            return np.asarray(own - days <= self.days, dtype=np.float64)
        age = newest - days
        if self.kind == "decayed":
            return np.asarray(0.5 ** (age / self.days))
        return np.ones(len(days))


def choose_history(
    rows: Rows,
    days: Floats,
    budget: Budget,
    asked: Asked = "auto",
    blocks: NDArray[np.intp] | None = None,
    seed: int = 0,
    threads: int = 1,
    segments: NDArray[np.intp] | None = None,
) -> History:
    """All rows, recent ones, or older ones decayed: what would have been best lately.

    The newest three tenths of the rows are cut in three; before each part one cheap recipe learns
    from the rows before it under each history and is judged on the part, as time would have had
    it (rolling origins: Tashman, 2000, International Journal of Forecasting 16). All rows are
    learnt from unless another history is better on those rows beyond noise, days being the
    units that are independent (Bonferroni over what is tried): a season ago may come again.

    Parameters
    ----------
    rows
        That may be learnt from, oldest first; never those that judge a duel.
    days
        The time of each row in days from any point, ascending, shape `(n_rows,)`.
    budget
        What is not tried when it is spent is left out.
    asked
        A kind forces one; then the best of that kind is taken, whatever the noise.
    blocks
        Shape `(n_rows,)`: rows of one number are not independent; default: those of one day.
    seed, threads
        Of the recipe.
    segments
        The segment of each row, numbered from 0, shape `(n_rows,)`, if there are any.

    """
    if asked == "all":
        return History(why=say("renew.history.asked", kind=say("renew.history.all")))
    cuts = _cuts(days)
    if cuts is None:
        return History(why=say("renew.history.short"))
    span = float(days[-1] - days[0])
    candidates = [
        History(kind, share * span)
        for kind in ("recent", "decayed")
        for share in _SHARES
        if asked in ("auto", kind)
    ]
    units = np.floor(days).astype(np.intp) if blocks is None else blocks
    fit = QuickFit(seed, threads)
    judged = np.arange(cuts[0], cuts[-1])
    weight = None if rows.target.weight is None else rows.target.weight[judged]
    everything = _losses(fit, rows, days, cuts, History(), segments)
    tried = [Tried("all", np.inf, float(np.average(everything, weights=weight)), 0.0, (0.0, 0.0))]
    confidence = 1 - (1 - _CONFIDENCE) / 2 / len(candidates)
    for one in candidates:
        if budget.spent:
            break
        losses = _losses(fit, rows, days, cuts, one, segments)
        found = paired_gain(
            everything, losses, blocks=units[judged], confidence=confidence, weight=weight
        )
        loss = float(np.average(losses, weights=weight))
        tried.append(Tried(one.kind, one.days, loss, found.gain, (found.lower, found.upper)))
    return _chosen(tried, asked)


def days_of(frame: pl.DataFrame, problem: Problem) -> Floats | None:
    """The time of each row in days, shape `(n_rows,)`; None when the problem has no time column."""
    if problem.roles.time is None or frame.is_empty():
        return None
    moments = frame[problem.roles.time].cast(pl.Datetime("us")).cast(pl.Int64)
    return np.asarray(moments.to_numpy() / _MICROSECONDS_OF_A_DAY)


def _newest_of_each(days: Floats, segments: NDArray[np.intp]) -> Floats:
    newest = np.full(segments.max(initial=-1) + 1, -np.inf)
    np.maximum.at(newest, segments, days)
    return newest


def _cuts(days: Floats) -> NDArray[np.intp] | None:
    """Where the parts that judge begin, and the end; None when there is too little to tell."""
    n = len(days)
    if n < _FEWEST_ROWS or np.isnan(days).any():
        return None
    cuts = np.linspace((1 - _JUDGED_SHARE) * n, n, _ORIGINS + 1).astype(np.intp)
    # A part begins with its day, so that no day is both learnt from and judged.
    cuts[:-1] = np.searchsorted(days, np.floor(days[cuts[:-1]]))
    enough = cuts[0] > n // 3 and (np.diff(cuts) > 0).all()
    if not enough or len(np.unique(np.floor(days[cuts[0] :]))) < _FEWEST_DAYS:
        return None
    return cuts


def _losses(
    fit: QuickFit,
    rows: Rows,
    days: Floats,
    cuts: NDArray[np.intp],
    history: History,
    segments: NDArray[np.intp] | None,
) -> Floats:
    """The losses of all rows that judge, each part by what was known before it."""
    pieces: list[Floats] = []
    for first, end in pairwise(cuts):
        before = rows.take(slice(0, int(first)))
        weights = history.weights(days[:first], None if segments is None else segments[:first])
        pieces.append(fit.losses(before, weights, rows.take(slice(int(first), int(end)))))
    return np.concatenate(pieces)


def _chosen(tried: Sequence[Tried], asked: Asked) -> History:
    others = [one for one in tried if one.kind != "all"]
    if asked != "auto":
        best = max(others, key=lambda one: one.gain, default=tried[0])
        why = say("renew.history.asked", kind=_named(best))
        return History(best.kind, best.days, why, tuple(tried))
    better = [one for one in others if one.interval[0] > 0]
    if not better:
        return History(why=say("renew.history.all_rows"), tried=tuple(tried))
    best = max(better, key=lambda one: one.gain)
    low, high = best.interval
    figures = {"gain": f"{best.gain:.4g}", "low": f"{low:.4g}", "high": f"{high:.4g}"}
    why = say("renew.history.better", kind=_named(best), **figures)
    return History(best.kind, best.days, why, tuple(tried))


def _named(one: Tried) -> str:
    return say(f"renew.history.{one.kind}", days=f"{one.days:.3g}")
