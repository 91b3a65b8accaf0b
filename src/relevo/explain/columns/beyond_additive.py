"""The part of something that no sum of a curve in one column and a curve in another can say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from relevo.explain.columns.ale import edges_of
from relevo.prepare.matrix import Matrix

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]

_KNOTS = 8
_MOST_CODES = 20
_MOST_FEATURES = 5


def beyond_additive(matrix: Matrix, places: Positions, of_row: Floats) -> Floats:
    """What least squares leaves of `of_row` `(n_rows, n_outputs)` after a curve in each feature.

    Curves are straight pieces between quantiles, or a level for each category. The remainder is
    orthogonal to the curves on these rows, whose columns may be correlated (Hooker, 2007,
    Generalized functional ANOVA diagnostics, JCGS 16).

    Parameters
    ----------
    matrix
        The rows.
    places
        The features of both columns; of a column of many features the first few count.
    of_row
        What is taken apart.

    """
    bases = [_basis(matrix, int(place)) for place in places[: 2 * _MOST_FEATURES]]
    design = np.column_stack([np.ones(len(matrix)), *bases])
    fitted, *_ = np.linalg.lstsq(design, of_row, rcond=1e-8)
    return np.asarray(of_row - design @ fitted)


def _basis(matrix: Matrix, place: int) -> Floats:
    values = matrix.values[:, place]
    known = np.isfinite(values)
    if not known.any():
        return np.empty((len(values), 0))
    missing = (~known)[:, np.newaxis].astype(np.float64)
    if place in matrix.categories:
        levels, counts = np.unique(values[known], return_counts=True)
        kept = levels[np.argsort(-counts)][:_MOST_CODES]
        return np.column_stack([values[:, np.newaxis] == kept, missing])
    knots = edges_of(values, _KNOTS)
    at = np.where(known, values, knots[0])
    hats = [np.interp(at, knots, corner) for corner in np.eye(len(knots))]
    return np.column_stack([*hats, missing])
