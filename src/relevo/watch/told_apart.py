"""`told_apart`: can a classifier tell the window's rows from the reference's?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relevo.validate.target.domain import learnt_apart, mann_whitney
from relevo.watch.column import FAMILIES
from relevo.watch.pairs import Pair, pair_scores, turned_pairs
from relevo.watch.side import Side

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CATEGORIES = 255  # commonest first; the rest is one
MOST_NAMED = 5
PAIRS = 8  # products of two columns that are given to the classifier
COMPARED = ("number", "category")


@dataclass(frozen=True)
class ToldApart:
    """What a classifier made of the rows that it had not seen.

    Attributes
    ----------
    auc
        The chance that it ranks a row of the window above one of the reference: .5 is guessing.
    p_value
        Of "it is guessing".
    columns
        Those that it used more than evenly, the strongest first; at most five.

    """

    auc: float
    p_value: float
    columns: tuple[str, ...]


def told_apart(
    reference: Mapping[str, Side], current: Mapping[str, Side], seed: int = 0
) -> ToldApart | None:
    """Train boosted trees on half of the sampled rows and judge them on the other half.

    They see what no column shows alone: two columns whose correlation turned, or that now agree
    where they differed. One fit and one rank test of rows that took no part in it: the p-value is
    valid whatever was learnt (Lopez-Paz & Oquab 2017, "Revisiting classifier two-sample tests";
    the ranks as in Mann & Whitney 1947, with ties).

    Parameters
    ----------
    reference, current
        The sides of the same columns.
    seed
        Of the halves.

    Returns
    -------
    ToldApart or None
        None where no column can be compared or there are fewer than four rows of either.

    """
    names = [name for name in reference if reference[name].kind in COMPARED]
    columns = [_column(reference[name], current[name]) for name in names]
    if not columns:
        return None
    rows = [len(side[names[0]].sampled) for side in (reference, current)]
    if min(rows) < 4:
        return None
    rng = np.random.default_rng(seed)
    is_current = np.arange(sum(rows)) >= rows[0]
    learnt = np.concatenate([rng.permutation(many) % 2 == 0 for many in rows])
    matrix = np.column_stack(columns)
    words = [at for at, name in enumerate(names) if _is_word(reference[name], current[name])]
    products, owners = _products(matrix, words, is_current, learnt)
    scores, gains = learnt_apart(np.hstack([matrix, products]), words, is_current, learnt, seed)
    gains = _by_column(gains, len(names), owners)
    auc, p_value = mann_whitney(is_current[~learnt], scores)
    strongest = np.argsort(-gains, kind="stable")[:MOST_NAMED]
    even = gains.sum() / len(gains)
    return ToldApart(auc, p_value, tuple(names[at] for at in strongest if gains[at] > even))


def _products(
    matrix: Floats, words: list[int], is_current: Bools, learnt: Bools
) -> tuple[Floats, list[Pair]]:
    """Products of the pairs that turned most in the learnt rows: trees find those late."""
    scores = [pair_scores(column, at in words) for at, column in enumerate(matrix.T)]
    owners = np.repeat(np.arange(len(scores)), [of.shape[1] for of in scores])
    every = np.hstack(scores)
    pairs = turned_pairs(every[learnt], owners, is_current[learnt], PAIRS)
    products = [every[:, one] * every[:, other] for one, other in pairs]
    named = [(int(owners[one]), int(owners[other])) for one, other in pairs]
    return np.column_stack(products) if products else np.empty((len(matrix), 0)), named


def _by_column(gains: Floats, columns: int, owners: list[Pair]) -> Floats:
    """The gain of each column; that of a product goes to either of its two."""
    of = gains[:columns].copy()
    for gain, pair in zip(gains[columns:], owners, strict=True):
        of[list(pair)] += gain / 2
    return of


def _is_word(before: Side, after: Side) -> bool:
    return FAMILIES.get((before if before.known else after).kind) == "category"


def _column(before: Side, after: Side) -> Floats:
    """Both samples below each other: numbers, or codes by how common the categories are."""
    if not _is_word(before, after):
        return np.concatenate([before.sampled, after.sampled])
    total: dict[str, int] = {}
    for side in (before, after):
        for name, rows in zip(side.names, side.counts.tolist(), strict=True):
            total[name] = total.get(name, 0) + rows
    ordered = sorted(total, key=lambda name: (-total[name], name))
    code = {name: float(min(at, CATEGORIES)) for at, name in enumerate(ordered)}
    coded = []
    for side in (before, after):
        codes = np.array([code[name] for name in side.names] + [np.nan])
        places = np.where(np.isnan(side.sampled), len(side.names), side.sampled).astype(np.intp)
        coded.append(codes[places])
    return np.concatenate(coded)
