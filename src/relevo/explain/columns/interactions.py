"""`interactions`: pairs of columns whose joint part in the score is real."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.explain.columns.beyond_additive import beyond_additive
from relevo.explain.columns.judged_rows import JudgedRows
from relevo.explain.columns.one_score import places_of
from relevo.explain.columns.surface import Surface, surface_of
from relevo.learn.links import row_losses
from relevo.model.model import Model
from relevo.score.holm import holm
from relevo.score.paired import paired_gain
from relevo.score.rows import block_codes, weights_of
from relevo.score.spread import spread

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]

_MOST_ROWS = 800
_DONORS = 6
_SCREENING_ROWS, _SCREENING_DONORS = 300, 2
_REACH = 1.96


@dataclass(frozen=True)
class Interaction:
    """What two columns do together beyond what each does alone.

    Attributes
    ----------
    columns
        Their names.
    share, interval
        Of the score's variance, what goes through both together, larger interactions that hold
        both included; with its interval, 95 %. Zero when the score is a sum of the two's parts.
    gain, gain_interval
        How much more judged rows would lose on average (log loss or squared error) without that
        part of the score; 95 %. Below zero the model has learnt noise.
    p_value
        Of such a gain if the part were noise, one-sided, held for all pairs together (Holm 1979).
    real
        Whether `p_value` is at most the level asked for.
    surface
        The joint part over the two columns' values.

    """

    columns: tuple[str, str]
    share: float
    interval: tuple[float, float]
    gain: float
    gain_interval: tuple[float, float]
    p_value: float
    real: bool
    surface: Surface


def interactions(
    model: Model,
    judged: pl.DataFrame,
    most_columns: int = 8,
    most_pairs: int = 6,
    alpha: float = 0.05,
    seed: int = 0,
) -> tuple[Interaction, ...]:
    """Pairs among the most important columns, the real ones first, then by their share.

    The mixed difference `f(x) - f(x with j from another row) - f(x with k from it) + f(x with both
    from it)` is zero in every row where the score is a sum of a part without `j` and a part
    without `k`. The mean of its square is four times the variance of all parts that hold both;
    its mean over other rows, less what a curve in each of the two columns can say of it, is the
    joint part of each row. That a model has such parts says little:
    trees learn some from noise. So each is taken out of the score of judged rows, and is real if
    they then lose more.

    Parameters
    ----------
    model
        The model that is explained.
    judged
        Rows that nobody trained on; those whose target is known count, of more than 800 a sample.
    most_columns
        Of how many columns the pairs are looked at.
    most_pairs
        How many pairs are judged: those with the largest shares on some rows. The choice sees no
        outcome.
    alpha
        The chance of calling any pair real when none is.
    seed
        Of the sample and the other rows.

    Raises
    ------
    DataMistake
        When no target is known.

    References
    ----------
    Liu and Owen (2006), Estimating mean dimensionality of analysis of variance decompositions,
    JASA 101; Hooker (2004), Discovering additive structure in black box functions, KDD; Friedman
    and Popescu (2008), Predictive learning via rule ensembles, Annals of Applied Statistics 2.

    """
    rows = JudgedRows.of(model, judged, _MOST_ROWS, seed, by_metric=False)
    if len(rows) < 2:
        return ()
    random = np.random.default_rng(seed)
    places = places_of(rows.matrix)
    columns, sets = list(places), list(places.values())
    base = rows.model.predictor.scores(rows.matrix)
    pairs = list(combinations(_strongest(rows, base, sets, most_columns, random), 2))
    few = slice(0, _SCREENING_ROWS)
    _, rough = _joint(rows, few, base[few], sets, pairs, _SCREENING_DONORS, random)
    pairs = [pairs[place] for place in np.argsort(-rough.mean(axis=1), kind="stable")[:most_pairs]]
    joint, squares = _joint(rows, slice(None), base, sets, pairs, _DONORS, random)
    found = [
        _judged(rows, (columns[a], columns[b]), (sets[a], sets[b]), base, joint[at], squares[at])
        for at, (a, b) in enumerate(pairs)
    ]
    adjusted = holm(np.array([one.p_value for one in found])).tolist()
    told = [
        replace(one, p_value=p, real=p <= alpha) for one, p in zip(found, adjusted, strict=True)
    ]
    return tuple(sorted(told, key=lambda one: (not one.real, -one.share)))


def _strongest(
    rows: JudgedRows, base: Floats, sets: list[Positions], most: int, random: np.random.Generator
) -> list[int]:
    """The columns whose values move the score most (total effects, Jansen 1999)."""
    other = rows.matrix.values[random.permutation(len(rows))]
    scores = (_scored(rows, rows.matrix.values, other, [one])[0] for one in sets)
    moved = [float(np.mean((one - base) ** 2)) for one in scores]
    # A column that moves nothing has no part in any pair.
    order = [int(place) for place in np.argsort(moved)[::-1] if moved[place] > 0]
    return sorted(order[:most])


def _scored(rows: JudgedRows, values: Floats, other: Floats, sets: list[Positions]) -> Floats:
    """Scores `(n_sets, n_rows, n_outputs)` with each set of features from the other rows."""
    changed = np.repeat(values[np.newaxis], len(sets), axis=0)
    for at, places in enumerate(sets):
        changed[at][:, places] = other[:, places]
    flat = rows.matrix.with_values(changed.reshape(-1, values.shape[1]))
    return rows.model.predictor.scores(flat).reshape(len(sets), len(values), -1)


def _joint(
    rows: JudgedRows,
    some: slice,
    base: Floats,
    sets: list[Positions],
    pairs: list[tuple[int, int]],
    donors: int,
    random: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Of each pair and row, the mean mixed difference and the mean of its square over donors."""
    joint = np.zeros((len(pairs), *base.shape))
    squares = np.zeros((len(pairs), len(base)))
    alone = sorted({column for pair in pairs for column in pair})
    both = [np.concatenate([sets[a], sets[b]]) for a, b in pairs]
    values = rows.matrix.values[some]
    for _ in range(donors if pairs else 0):
        other = rows.matrix.values[random.permutation(len(rows))[: len(values)]]
        scores = _scored(rows, values, other, [*(sets[a] for a in alone), *both])
        for at, (a, b) in enumerate(pairs):
            each = scores[alone.index(a)] + scores[alone.index(b)]
            mixed = base - each + scores[len(alone) + at]
            joint[at] += mixed / donors
            squares[at] += np.sum(mixed**2, axis=1) / donors
    return joint, squares


def _judged(
    rows: JudgedRows,
    columns: tuple[str, str],
    places: tuple[Positions, Positions],
    base: Floats,
    joint: Floats,
    squares: Floats,
) -> Interaction:
    # Where columns are correlated, much of the joint part can be said by each column alone.
    rest = beyond_additive(rows.matrix, np.concatenate(places), joint)
    noise = _noise(joint, squares)
    size, left = (max(0.0, float(np.mean(np.sum(one**2, axis=1))) - noise) for one in (joint, rest))
    squares = squares * min(1.0, left / size if size else 0.0)
    mass = weights_of(rows.target.values, rows.target.weight)
    apart = np.sum((base - np.average(base, axis=0, weights=mass)) ** 2, axis=1)
    variance = float(np.average(apart, weights=mass))
    share = float(np.average(squares, weights=mass)) / 4 / variance if variance else 0.0
    influence = mass * (squares / 4 - share * apart) / (mass.sum() * variance or 1.0)
    blocks = None if rows.blocks is None else block_codes(rows.blocks, len(rows))
    reach = _REACH * spread(influence, blocks=blocks).error
    # The noise of few donors would make the part too large; so it is brought to its size. Rounding
    # leaves differences that are not quite zero.
    factor = np.sqrt(left / (left + noise)) if share > 1e-12 else 0.0
    without, as_is = (row_losses(scores, rows.target) for scores in (base - factor * rest, base))
    gain = paired_gain(without, as_is, rows.blocks, 0.975, rows.target.weight)
    return Interaction(
        columns,
        share,
        (max(0.0, share - reach), share + reach),
        gain.gain,
        (gain.lower, gain.upper),
        gain.p_value,
        False,
        surface_of(rows, columns, rest[:, -1]),
    )


def _noise(joint: Floats, squares: Floats) -> float:
    """The variance that means over few donors have around those over all."""
    between = float(np.mean(squares - np.sum(joint**2, axis=1))) / (_DONORS - 1)
    return max(between, 0.0)
