"""Coefficients smooth on a graph: the published objective, solved exactly."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from relevo.train.stratified.field import effective, smoothed, two_spreads
from relevo.train.stratified.grams import Cases, Grams
from relevo.train.stratified.graph import Order, product_of
from relevo.train.stratified.segments import Segments

from .conftest import Truth, truth


def grid(side: int) -> sparse.csr_matrix:
    names = [(str(row), str(column)) for row in range(side) for column in range(side)]
    order = Order(tuple(map(str, range(side))))
    return product_of(names, {0: order, 1: order}).laplacian


def grams_of(rows: Truth) -> Grams:
    return Grams.of(Cases(rows.x, rows.y, Segments.of(rows.segment)))


def test_it_minimises_what_tuck_barratt_and_boyd_published() -> None:
    """A general convex solver finds the same objective and coefficients to a millionth."""
    import cvxpy

    rows, strength, ridge = truth("smooth", side=4, n=3, most=12), 3.0, 0.1
    grams, laplacian = grams_of(rows), grid(4)
    theta = cvxpy.Variable((16, 3))
    errors = rows.y - cvxpy.sum(cvxpy.multiply(rows.x, theta[rows.segment]), axis=1)
    edges = sparse.tril(-laplacian, -1).tocoo()
    rough = cvxpy.sum_squares(theta[edges.row] - theta[edges.col])
    wanted = cvxpy.sum_squares(errors) + ridge * cvxpy.sum_squares(theta) + strength * rough
    problem = cvxpy.Problem(cvxpy.Minimize(wanted))
    problem.solve(solver=cvxpy.CLARABEL, tol_gap_abs=1e-12, tol_gap_rel=1e-12, tol_feas=1e-12)
    found = smoothed(
        grams.xx + ridge * np.eye(3),
        grams.xy[..., np.newaxis],
        laplacian,
        strength * np.eye(3),
        np.zeros((16, 3, 1)),
        tolerance=1e-10,
    )[..., 0]
    np.testing.assert_allclose(found, theta.value, atol=1e-6)
    difference = found[edges.row] - found[edges.col]
    scores = (rows.x * found[rows.segment]).sum(axis=1)
    objective = ((rows.y - scores) ** 2).sum() + ridge * (found**2).sum()
    objective += strength * (difference**2).sum()
    assert objective == pytest.approx(problem.value, rel=1e-6)


def test_conjugate_gradients_give_what_a_dense_solver_gives() -> None:
    rows, laplacian = truth("mixed", side=5), grid(5)
    grams = grams_of(rows)
    precision = np.array([[2.0, 0.3, 0.0], [0.3, 1.0, 0.1], [0.0, 0.1, 0.5]])
    dense = np.kron(laplacian.toarray(), precision)
    for node in range(25):
        part = slice(3 * node, 3 * node + 3)
        dense[part, part] += grams.xx[node]
    wanted = np.linalg.solve(dense, grams.xy.ravel()).reshape(25, 3)
    sides = np.stack((grams.xy, 2 * grams.xy), axis=2)
    found = smoothed(grams.xx, sides, laplacian, precision, np.zeros_like(sides), 1e-10)
    np.testing.assert_allclose(found[..., 0], wanted, atol=1e-7)
    np.testing.assert_allclose(found[..., 1], 2 * wanted, atol=1e-7)


def test_averaging_a_deviation_out_leaves_what_the_marginal_model_says() -> None:
    rows = truth("exchangeable", side=2)
    grams, root = grams_of(rows), np.diag([1.0, 0.5, 0.0])
    own, seen, shrunk = effective(grams, root)
    x, y = rows.x[rows.segment == 1], rows.y[rows.segment == 1]
    marginal = np.linalg.inv(np.eye(len(x)) + x @ root @ root.T @ x.T)
    np.testing.assert_allclose(own[1], x.T @ marginal @ x, atol=1e-9)
    np.testing.assert_allclose(seen[1], x.T @ marginal @ y, atol=1e-9)
    covariance = root @ root.T
    wanted = covariance - covariance @ x.T @ marginal @ x @ covariance
    np.testing.assert_allclose(shrunk[1], wanted, atol=1e-9)


def test_it_tells_what_is_smooth_from_what_is_each_ones_own() -> None:
    laplacian, total = grid(10), np.eye(3)
    shares = {}
    for kind in ("smooth", "exchangeable"):
        found = two_spreads(grams_of(truth(kind)), 1.0, laplacian, total)
        shares[kind] = np.trace(found.alone) / (np.trace(found.alone) + np.trace(found.along))
    assert shares["smooth"] < 0.15
    assert shares["exchangeable"] > 0.6


def test_the_same_seed_gives_the_same_spreads() -> None:
    grams, laplacian = grams_of(truth("mixed")), grid(10)
    one, again = (two_spreads(grams, 1.0, laplacian, np.eye(3), seed=4) for _ in range(2))
    np.testing.assert_array_equal(one.along, again.along)
