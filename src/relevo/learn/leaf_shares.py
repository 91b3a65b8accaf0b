"""Shapley values of one leaf: products of two factors per feature, summed over a few points.

A leaf of value `w` whose path asks `d` features adds to feature `i` of a row

    w * (o_i - c_i) * integral from 0 to 1 of  product over j != i of (c_j * (1 - t) + o_j * t) dt

with `o_j` 1 where the row meets what is asked of `j`, else 0, and `c_j` the share of the training
rows that met it: the sum over all orders of the features (Lundberg et al., 2020) as an integral
(Owen, 1972). The integrand is a polynomial of degree `d - 1`, so that Gauss and Legendre's rule
with `ceil(d / 2)` points is exact.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from relevo.learn.learner import Floats


@cache
def points(n_features: int) -> tuple[Floats, Floats]:
    """Points in (0, 1) and their weights that integrate what a path of so many features needs."""
    at, weight = np.polynomial.legendre.leggauss((n_features + 1) // 2)
    return (at + 1.0) / 2.0, weight / 2.0


def factors(covers: Floats) -> Floats:
    """The factor of each feature at each point, unmet and met.

    Parameters
    ----------
    covers
        Shape `(n_leaves, d)`.

    Returns
    -------
    ndarray
        Shape `(n_leaves, d, 2, n_points)`.

    """
    at, _ = points(covers.shape[1])
    unmet = covers[:, :, np.newaxis] * (1.0 - at)
    return np.stack((unmet, unmet + at), axis=2)


def steps(covers: Floats, values: Floats, of: Floats) -> Floats:
    """By what the product of all factors is to be weighed to give a feature's share.

    Parameters
    ----------
    covers, values
        Shapes `(n_leaves, d)` and `(n_leaves,)`.
    of
        What `factors` gives.

    Returns
    -------
    ndarray
        Shape `(n_leaves, d, 2, n_points)`, for the feature unmet and met.

    """
    _, weight = points(covers.shape[1])
    moved = np.stack((-covers, 1.0 - covers), axis=2) * values[:, np.newaxis, np.newaxis]
    return np.asarray(moved[:, :, :, np.newaxis] * weight / of)


def products(of: Floats) -> Floats:
    """The product of the factors for every mask of met features, `(n_leaves, 2**d, n_points)`.

    Bit `j` of a mask says whether feature `j` is met.
    """
    n_leaves, d, _, n_points = of.shape
    found = np.ones((n_leaves, 1, n_points))
    for place in range(d):
        both = found[:, np.newaxis] * of[:, place, :, np.newaxis]
        found = both.reshape(n_leaves, -1, n_points)
    return found


def tables(covers: Floats, values: Floats) -> Floats:
    """Each feature's share for every mask, had that feature been unmet or met.

    Shape `(n_leaves, d, 2, 2**d)`; of the two only the one that agrees with the mask is true.
    """
    of = factors(covers)
    n_leaves, d = covers.shape
    weighed = steps(covers, values, of).reshape(n_leaves, 2 * d, -1)
    found = weighed @ products(of).transpose(0, 2, 1)
    return np.asarray(found).reshape(n_leaves, d, 2, -1)
