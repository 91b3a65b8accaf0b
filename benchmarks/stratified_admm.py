"""The alternating directions that Tuck, Barratt and Boyd (2021) publish, for least squares.

Their code is not on PyPI; this is the algorithm of their paper, section 3, written anew: the
proximal operator of every segment's loss, that of the ridge, and a Laplacian system, in turn.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import cg

Floats = NDArray[np.float64]
MOST_TURNS = 500


def alternated(
    xx: Floats, xy: Floats, laplacian: sparse.csr_matrix, ridge: float, tolerance: float = 1e-3
) -> tuple[Floats, int]:
    """Coefficients `(n_segments, n)`, and after how many turns.

    Minimises the squared errors, plus `ridge` times the squared coefficients, plus the roughness
    `trace(t' laplacian t)`.
    """
    count, n = xy.shape
    rho = 1.0
    theta, smooth, plain = (np.zeros((count, n)) for _ in range(3))
    dual, other = np.zeros((count, n)), np.zeros((count, n))
    eye, system_eye = np.eye(n), sparse.eye(count)
    turn = 0
    while turn < MOST_TURNS:
        turn += 1
        right = 2.0 * xy + rho * (plain - dual) + rho * (smooth - other)
        theta = np.linalg.solve(2.0 * xx + 2.0 * rho * eye, right[..., None])[..., 0]
        plain = rho * (theta + dual) / (rho + 2.0 * ridge)
        system, before = 2.0 * laplacian + rho * system_eye, smooth
        sides = (rho * (theta + other)).T
        smooth = np.stack([cg(system, side, rtol=1e-4)[0] for side in sides], axis=1)
        dual += theta - plain
        other += theta - smooth
        primal = np.sqrt(((theta - plain) ** 2).sum() + ((theta - smooth) ** 2).sum())
        change = rho * np.sqrt(((smooth - before) ** 2).sum())
        scale = np.sqrt(2.0 * (theta**2).sum()) + 1e-12
        if primal < tolerance * scale and change < tolerance * scale:
            break
        if primal > 10.0 * change:
            rho, dual, other = 2.0 * rho, dual / 2.0, other / 2.0
        elif change > 10.0 * primal:
            rho, dual, other = rho / 2.0, 2.0 * dual, 2.0 * other
    return smooth, turn
