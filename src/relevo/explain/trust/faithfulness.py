"""Do the columns that the attributions name move the score as they say?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relevo.explain.trust.explained_rows import ExplainedRows

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]

_MOST_STEPS = 12
_RANDOM_ORDERS = 2
_DRAWS = 10
_NOISE = 0.25
_TOP = 3


@dataclass(frozen=True)
class Curves:
    """The mean score, in spreads of the scores, as columns are exchanged one after the other.

    Attributes
    ----------
    steps
        How many columns have been exchanged, from 0 to all.
    deletion, deletion_random
        From the rows on: in the order of their attributions, the highest first, and in a random
        order; exchanged for the values of another row.
    insertion, insertion_random
        From another row on: given the row's own values in the same orders.

    """

    steps: tuple[int, ...]
    deletion: tuple[float, ...]
    deletion_random: tuple[float, ...]
    insertion: tuple[float, ...]
    insertion_random: tuple[float, ...]


@dataclass(frozen=True)
class Followed:
    """How much sooner the score moves in some order than in a random one, for each row.

    Attributes
    ----------
    curves
        The mean curves.
    deletion, insertion
        The area between the curve of the attributions and that of chance, `(n_rows,)`.
    deletion_best, insertion_best
        The same in the order of a reference.

    """

    curves: Curves
    deletion: Floats
    insertion: Floats
    deletion_best: Floats
    insertion_best: Floats


def follow(
    rows: ExplainedRows, reference: Floats, donors: int, random: np.random.Generator
) -> Followed:
    """Deletion and insertion curves, signed: what speaks for the score is taken away first.

    Samek et al. (2017), Evaluating the visualization of what a deep neural network has learned,
    IEEE TNNLS 28; Petsiuk, Das and Saenko (2018), RISE, BMVC. A column is taken away by giving it
    the value of another row.

    Parameters
    ----------
    rows
        At least two columns.
    reference
        Another method's attributions, `(n_rows, n_columns)`, to know how much can be had.
    donors
        Other rows for each.
    random
        Draws these and the random orders.

    """
    count = len(rows.parts.columns)
    steps = np.unique(np.linspace(0, count, min(count, _MOST_STEPS) + 1).round().astype(np.intp))
    ranks = [_rank(-values) for values in (rows.parts.values, reference)]
    orders = [*ranks, *(random.permuted(ranks[0], axis=1) for _ in range(_RANDOM_ORDERS))]
    gone, given = (np.zeros((len(orders), len(steps), len(rows))) for _ in range(2))
    for _ in range(donors):
        other = rows.donors(random)
        for at, rank in enumerate(orders):
            first = rank < steps[:, np.newaxis, np.newaxis]
            gone[at] += rows.score(rows.replaced(other, first)) / donors / rows.unit
            given[at] += rows.score(rows.replaced(other, ~first)) / donors / rows.unit
    curves = [
        curve.mean(axis=1) for all_of in (gone, given) for curve in (all_of[0], all_of[2:].mean(0))
    ]
    inner = slice(1, -1)  # the ends are the same in every order
    fall = (gone[2:].mean(axis=0) - gone[:2])[:, inner].mean(axis=1)
    rise = (given[:2] - given[2:].mean(axis=0))[:, inner].mean(axis=1)
    told = Curves(tuple(steps.tolist()), *(tuple(curve.tolist()) for curve in curves))
    return Followed(told, fall[0], rise[0], fall[1], rise[1])


@dataclass(frozen=True)
class Gaps:
    """Prediction gaps against those of columns at random, in spreads of the scores, `(n_rows,)`.

    Attributes
    ----------
    important, important_best
        How much more noise on the important columns moves the score; by the attributions, and by
        a reference.
    other, other_best
        How much less noise on all others moves it.

    """

    important: Floats
    other: Floats
    important_best: Floats
    other_best: Floats


def gaps(rows: ExplainedRows, reference: Floats, random: np.random.Generator) -> Gaps:
    """How much more the score moves with the important columns, and less with the others.

    The prediction gap on important (PGI) and on unimportant (PGU) columns of Agarwal et al. (2022),
    OpenXAI, NeurIPS: the mean change of the score under noise on the three columns (of few columns,
    all but one) with the largest attributions, or on all others. Noise is a quarter of a number's
    spread; of categories, a quarter are exchanged for another row's.

    Parameters
    ----------
    rows, reference
        As in `follow`.
    random
        Draws the noise.

    """
    count = len(rows.parts.columns)
    top = min(_TOP, count - 1)
    own, best = (_rank(-np.abs(values)) < top for values in (rows.parts.values, reference))
    moved = np.zeros((6, len(rows)))
    for _ in range(_DRAWS):
        other = _noisy(rows, random)
        chance = random.permuted(own, axis=1)
        sets = np.stack([own, best, chance, ~own, ~best, ~chance])
        moved += np.abs(rows.score(rows.replaced(other, sets)) - rows.scores) / _DRAWS / rows.unit
    more, less = moved[:2] - moved[2], moved[5] - moved[3:5]
    return Gaps(more[0], less[0], more[1], less[1])


def _rank(values: Floats) -> Positions:
    return np.argsort(np.argsort(values, axis=1, kind="stable"), axis=1)


def _noisy(rows: ExplainedRows, random: np.random.Generator) -> Floats:
    exchanged = random.random(rows.matrix.values.shape) < _NOISE
    noisy = np.where(exchanged, rows.donors(random), rows.matrix.values)
    noise = random.normal(size=(len(rows), len(rows.numbers))) * _NOISE * rows.spreads
    noisy[:, rows.numbers] = rows.matrix.values[:, rows.numbers] + noise
    return noisy
