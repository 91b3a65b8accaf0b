"""`fit_decay`: the curve of decay from models of every age that were judged on the same days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relevo.learn.learner import Floats
from relevo.renew.decay import Decay
from relevo.score.rows import sums

_POWERS = np.arange(0.1, 1.01, 0.1)
# Losses of models that age grow about with the root of their age; the days decide, when there are
# many, and this does when they are few.
_USUAL_POWER, _POWER_SPREAD = 0.5, 0.25
_BLOCK_DAYS = 7  # weather, strikes and holidays last: days are drawn again by the week
_DRAWS = 100


@dataclass(frozen=True)
class _Pairs:
    """Models beside a fresher one: the day, both ages, the excess per row, the day's rows."""

    day: NDArray[np.intp]
    age: Floats
    fresh_age: Floats
    excess: Floats
    rows: Floats


def fit_decay(
    losses: Mapping[int, Floats],
    counts: Floats,
    until: int,
    kept_by_fine_tuning: float | None = None,
    seed: int = 0,
) -> Decay:
    """Fit `scale * age ** power` to the excess loss of old models over the freshest one of a day.

    All pairs of a day of making and a later day of judging are used, so that a short history says
    much about the ages that it spans. The excess is paired, so what is hard about a day cancels
    out; the day's rows weigh it. For each power the best scale is a ratio of sums; the power is
    the one of least squares, with the weight of one observation given to a usual one. The draws
    repeat this with weeks of days drawn with replacement (a block bootstrap, Künsch 1989, Annals of
    Statistics 17): the uncertainty's unit is the week, not the pair.

    Parameters
    ----------
    losses
        For each day on which a model was made, the sum of its losses on each later day,
        `(n_days,)`; NaN where it was not judged.
    counts
        Rows of each day, `(n_days,)`.
    until
        Only days before this one are looked at.
    kept_by_fine_tuning
        Passed on.
    seed
        Of the draws.

    Examples
    --------
    >>> days = np.arange(60)
    >>> age = days - np.arange(0, 60, 5)[:, None]
    >>> losses = np.where(age >= 0, 100 * (0.4 + 0.01 * np.maximum(age, 0) ** 0.5), np.nan)
    >>> curve = fit_decay(dict(zip(range(0, 60, 5), losses)), np.full(60, 100.0), until=60)
    >>> round(curve.power, 1), round(curve.scale, 3)
    (0.5, 0.01)

    """
    pairs = _pairs(losses, counts, until)
    first = min(losses, default=until)
    rows_per_day = float(counts[first:until].mean()) if until > first else 0.0
    if not len(pairs.day):
        return Decay(0.0, _USUAL_POWER, (), rows_per_day, 0.0, kept_by_fine_tuning)
    sums = _Sums.of(pairs, first)
    random = np.random.default_rng(seed)
    weights = random.multinomial(sums.blocks, np.full(sums.blocks, 1 / sums.blocks), _DRAWS)
    scale, power = sums.fit(np.ones(sums.blocks))
    draws = tuple(sums.fit(one) for one in weights.astype(np.float64))
    seen = float(pairs.age.max())
    return Decay(scale, power, draws, rows_per_day, seen, kept_by_fine_tuning)


def _pairs(losses: Mapping[int, Floats], counts: Floats, until: int) -> _Pairs:
    made = np.array(sorted(day for day in losses if day < until), np.intp)
    if len(made) < 2:
        nothing = np.empty(0)
        return _Pairs(np.empty(0, np.intp), nothing, nothing, nothing, nothing)
    table = np.array([losses[int(day)][:until] for day in made])
    days = np.arange(until)
    freshest = np.searchsorted(made, days, side="right") - 1
    fresh = table[np.maximum(freshest, 0), days]
    old = np.arange(len(made))[:, None] < freshest[None, :]
    use = old & np.isfinite(table) & np.isfinite(fresh)[None, :] & (counts[:until] > 0)[None, :]
    which, day = np.nonzero(use)
    rows = counts[day]
    age, fresh_age = ((day - made[one]).astype(np.float64) for one in (which, freshest[day]))
    excess = (table[which, day] - fresh[day]) / rows
    return _Pairs(day.astype(np.intp), age, fresh_age, excess, rows)


@dataclass(frozen=True)
class _Sums:
    """What a fit needs of each block of days, for every power: products of ages and excesses."""

    square: Floats  # (n_blocks, n_powers): of what age ** power grew by
    product: Floats  # (n_blocks, n_powers): of that and the excess
    excess: Floats  # (n_blocks,): of the excess
    blocks: int

    @classmethod
    def of(cls, pairs: _Pairs, first: int) -> _Sums:
        block = (pairs.day - first) // _BLOCK_DAYS
        blocks = int(block.max()) + 1
        # A day without a model of its own: the freshest has aged too, and its excess comes off.
        grown = pairs.age[:, None] ** _POWERS - pairs.fresh_age[:, None] ** _POWERS
        square, product = (
            np.array([np.bincount(block, values, blocks) for values in columns.T]).T
            for columns in (
                pairs.rows[:, None] * grown**2,
                (pairs.rows * pairs.excess)[:, None] * grown,
            )
        )
        squares = sums(block, pairs.rows * pairs.excess**2, blocks)
        return cls(square, product, squares, blocks)

    def fit(self, weight: Floats) -> tuple[float, float]:
        """Scale and power of the blocks, weighted."""
        square, product = weight @ self.square, weight @ self.product
        scale = np.maximum(product, 0.0) / np.maximum(square, 1e-300)
        left = float(weight @ self.excess) - 2 * scale * product + scale**2 * square
        left = np.maximum(left, 1e-300)
        usual = ((_POWERS - _USUAL_POWER) / _POWER_SPREAD) ** 2
        best = int(np.argmin(weight.sum() * np.log(left / left.min()) + usual))
        return float(scale[best]), float(_POWERS[best])
