"""`paths`: what each feature adds to any score, along sampled ways from a background to the row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from relevo.learn.layout import Positions
from relevo.learn.learner import Floats

_MOST_ROWS_AT_ONCE = 20_000


@dataclass(frozen=True, eq=False)
class Ways:
    """The orders in which a background row's values are replaced, round by round.

    Attributes
    ----------
    starts
        The background rows, `(n_rounds, n_ways)`.
    places
        At which step each feature is replaced, `(n_rounds, n_ways, n_features)`; every way is also
        gone in its reverse order.

    """

    starts: Positions
    places: Positions

    @classmethod
    def drawn(cls, n_background: int, n_features: int, rounds: int, ways: int, seed: int) -> Ways:
        """Ways for a number of rounds, which are independent of each other.

        Within a round the ways take different background rows, as far as there are any, and their
        orders are turned against each other, so that each feature comes equally often at each step.
        """
        random = np.random.default_rng(seed)
        starts = _without_repeats(n_background, rounds * ways, random).reshape(rounds, ways)
        orders = [_orders(n_features, ways, random) for _ in range(rounds)]
        return cls(starts, np.stack(orders))

    def __len__(self) -> int:
        return len(self.starts)


@dataclass(frozen=True, eq=False)
class Shares:
    """What features add, estimated.

    Attributes
    ----------
    parts
        Shape `(n_rows, n_outputs, n_features + 1)`; the last column is the mean score of the
        background rows that were used. A row's sum is its score, exactly.
    errors
        The standard error of each feature's part, `(n_rows, n_outputs, n_features)`; widened by
        Student's factor for so few rounds, so that 1.96 of them reach to either side as far as the
        95 % interval. Infinite after one round.

    """

    parts: Floats
    errors: Floats


def paths(
    scores: Callable[[Floats], Floats], values: Floats, background: Floats, ways: Ways
) -> Shares:
    """Shapley values by sampled permutations, with their standard errors.

    The features of a background row are replaced by the row's own, one after the other, in a
    random order and in its reverse; what the score moves by is the feature's (Štrumbelj and
    Kononenko, 2014; antithetic pairs: Mitchell et al., 2022). The pair of orders is exact for
    scores in which no more than two features work together. The estimate is unbiased; the steps of
    a path add up, so the sum is exact whatever the sample. The error is the spread between rounds.
    The same for every row of the same values, because the orders do not depend on the rows.

    Parameters
    ----------
    scores
        Gives raw scores `(n_rows, n_outputs)` of rows.
    values
        The rows to explain, `(n_rows, n_features)`.
    background
        Rows `(n_background, n_features)` to start from.
    ways
        The orders.

    """
    n_rows, n_features = values.shape
    at_once = max(1, _MOST_ROWS_AT_ONCE // (2 * ways.starts.shape[1] * n_features))
    blocks = [
        [one_round(scores, values[first : first + at_once], background, ways, place)
         for place in range(len(ways))]
        for first in range(0, max(1, n_rows), at_once)
    ]  # fmt: skip
    joined = np.concatenate([np.stack(block) for block in blocks], axis=1)
    return shares_of(joined)


def shares_of(rounds: Floats) -> Shares:
    """The mean of independent rounds `(n_rounds, n_rows, n_outputs, n_features + 1)`."""
    count = len(rounds)
    parts = rounds.mean(axis=0)
    if count == 1:
        return Shares(parts, np.full_like(parts[..., :-1], np.inf))
    student = float(stdtrit(count - 1, 0.975)) / 1.96
    spread = rounds[..., :-1].std(axis=0, ddof=1)
    return Shares(parts, student * spread / np.sqrt(count))


def one_round(
    scores: Callable[[Floats], Floats],
    values: Floats,
    background: Floats,
    ways: Ways,
    place: int,
) -> Floats:
    """What one round says, shape `(n_rows, n_outputs, n_features + 1)`."""
    n_rows, n_features = values.shape
    starts, forth = background[ways.starts[place]], ways.places[place]
    places = np.stack((forth, n_features - 1 - forth))  # (2, n_ways, n_features)
    own = places[:, :, np.newaxis] < np.arange(1, n_features)[:, np.newaxis]
    between = np.where(own[np.newaxis], _spread(values, 3), starts[:, np.newaxis])
    asked = np.concatenate((values, starts, between.reshape(-1, n_features)))
    told = scores(asked)
    n_outputs, n_ways = told.shape[1], len(starts)
    ends, begins, inner = np.split(told, [n_rows, n_rows + n_ways])
    along = np.empty((n_rows, 2, n_ways, n_features + 1, n_outputs))
    along[..., 0, :] = begins
    along[..., -1, :] = _spread(ends, 2)
    along[..., 1:-1, :] = inner.reshape(n_rows, 2, n_ways, n_features - 1, n_outputs)
    moves = np.diff(along, axis=3)
    moves = np.take_along_axis(moves, places[np.newaxis, ..., np.newaxis], axis=3)
    found = np.empty((n_rows, n_outputs, n_features + 1))
    found[..., :-1] = moves.mean(axis=(1, 2)).transpose(0, 2, 1)
    found[..., -1] = begins.mean(axis=0)
    return found


def _spread(rows: Floats, axes: int) -> Floats:
    """Rows with further axes of length 1 behind the first."""
    return rows.reshape(len(rows), *(1,) * axes, rows.shape[1])


def _without_repeats(size: int, count: int, random: np.random.Generator) -> Positions:
    """Positions below `size`, none twice before all have been drawn."""
    passes = -(-count // size)
    return np.concatenate([random.permutation(size) for _ in range(passes)])[:count]


def _orders(n_features: int, ways: int, random: np.random.Generator) -> Positions:
    turned = []
    for _ in range(-(-ways // n_features)):
        order = random.permutation(n_features)
        by = random.permutation(n_features)[:, np.newaxis]
        turned.append((order + by) % n_features)
    return np.concatenate(turned)[:ways]
