"""How far columns stand in for each other: one number from 0 to 1 for each pair, of any kinds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from relevo.explain.columns.one_score import names_among, places_of
from relevo.model.model import Model
from relevo.prepare.matrix import Matrix

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]

_MOST_PARTS = 8  # a date has five parts; a text has a feature per word and stands for itself


@dataclass(frozen=True)
class View:
    """One side of a column: ranks of mean 0 and length 1, or codes from 0."""

    ranks: Floats | None = None
    codes: Positions | None = None


def association(model: Model, matrix: Matrix) -> tuple[tuple[str, ...], Floats]:
    """The columns, and for each pair how strongly they go together, `(n_columns, n_columns)`.

    Numbers: Spearman's rank correlation, without its sign. Categories: Cramér's V. A category and
    a number: the correlation ratio of the number's ranks. The last two are corrected for the bias
    that many categories bring. A missing number has the middle rank; missing is a category like
    the others. Of the parts of a date the strongest counts; a text stands for itself.

    Parameters
    ----------
    model
        Whose preparation made the matrix.
    matrix
        Rows.

    References
    ----------
    Spearman (1904); Cramér (1946); Bergsma (2013), A bias-correction for Cramér's V, Journal of
    the Korean Statistical Society 42; Kelley (1935), An unbiased correlation ratio measure, PNAS.

    """
    views = _views(model, matrix)
    columns = tuple(views)
    found = np.eye(len(columns))
    for place, column in enumerate(columns):
        for other in range(place):
            pairs = [(a, b) for a in views[column] for b in views[columns[other]]]
            strength = max((_strength(a, b) for a, b in pairs), default=0.0)
            found[place, other] = found[other, place] = strength
    return columns, found


def _views(model: Model, matrix: Matrix) -> dict[str, list[View]]:
    named = names_among(model)
    found: dict[str, list[View]] = {}
    for column, places in places_of(matrix).items():
        codes = [p for p in places if p in matrix.categories]
        names = [p for p in places if matrix.features[p] in named]
        if codes or names:
            found[column] = [View(codes=_codes(matrix.values[:, (codes or names)[0]]))]
        elif len(places) <= _MOST_PARTS:
            found[column] = [View(ranks=_ranks(matrix.values[:, place])) for place in places]
        else:
            found[column] = []
    return found


def _codes(values: Floats) -> Positions:
    return np.unique(values, return_inverse=True)[1].reshape(-1)


def _ranks(values: Floats) -> Floats:
    known = np.isfinite(values)
    ranks = np.zeros(len(values))
    if known.any():
        ranks[known] = rankdata(values[known])
        ranks[known] -= ranks[known].mean()
    length = float(np.sqrt(ranks @ ranks))
    return ranks / length if length > 0 else ranks


def _strength(a: View, b: View) -> float:
    if a.ranks is not None and b.ranks is not None:
        return min(1.0, abs(float(a.ranks @ b.ranks)))
    if a.codes is not None and b.codes is not None:
        return _cramer(a.codes, b.codes)
    codes, ranks = (a.codes, b.ranks) if a.codes is not None else (b.codes, a.ranks)
    assert codes is not None
    assert ranks is not None
    return _ratio(codes, ranks)


def _ratio(codes: Positions, ranks: Floats) -> float:
    sizes = np.bincount(codes).astype(np.float64)
    rows, levels = len(codes), len(sizes)
    if rows <= levels or not ranks.any():
        return 0.0
    between = float(np.sum(np.bincount(codes, ranks) ** 2 / sizes))
    return float(np.sqrt(max(0.0, 1 - (1 - min(1.0, between)) * (rows - 1) / (rows - levels))))


def _cramer(a: Positions, b: Positions) -> float:
    rows, high, wide = len(a), int(a.max()) + 1, int(b.max()) + 1
    if min(high, wide) < 2 or rows < 2:
        return 0.0
    table = np.bincount(a * wide + b, minlength=high * wide).reshape(high, wide) / rows
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    square = float(np.sum((table - expected) ** 2 / expected))
    square = max(0.0, square - (high - 1) * (wide - 1) / (rows - 1))
    least = min(high - (high - 1) ** 2 / (rows - 1), wide - (wide - 1) ** 2 / (rows - 1)) - 1
    return float(np.sqrt(min(1.0, square / least))) if least > 0 else 0.0
