"""Coefficients that change smoothly over a graph of segments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import splu

from relevo.learn.learner import Floats
from relevo.train.stratified.grams import Grams
from relevo.train.stratified.variance import even_root

_TOLERANCE = 1e-6
_MOST_STEPS = 500
_MOST_REGIONS, _NODES_OF_A_REGION = 400, 25
_TURNS = 12
_SAMPLES = 5_000  # segments x samples: so many make a covariance exact to some percent
_MOST_SAMPLES = 32
_FASTER = 1.7  # powers of a change that expectation maximisation would make; it creeps otherwise
_FLOOR = 1e-9
_AT_ONCE = 4_096  # nodes, so that what is in between stays in the processor's cache
# Of deviations in units of what a segment's rows can tell: less are none, more say nothing at all.
_LEAST_ROOT, _MOST_ROOT = 1e-3, 1e3


def smoothed(
    own: Floats,
    seen: Floats,
    laplacian: sparse.csr_matrix,
    precision: Floats,
    start: Floats,
    tolerance: float = _TOLERANCE,
) -> Floats:
    """The coefficients that minimise their rows' squared error and their roughness on a graph.

    Minimises `sum_k m_k' own_k m_k / 2 - seen_k' m_k + trace(precision m' laplacian m) / 2` (Tuck,
    Barratt and Boyd, 2021, JMLR 22) by conjugate gradients, preconditioned with each node's block.

    Parameters
    ----------
    own, seen
        Shapes `(n_nodes, n, n)` and `(n_nodes, n, n_sides)`: several right sides at once.
    laplacian
        Of the graph, `(n_nodes, n_nodes)`.
    precision
        Shape `(n, n)`: how much roughness of which coefficients costs.
    start
        Shape of `seen`.
    tolerance
        Of the residual, relative to the right side, both in the norm of the inverted blocks.

    """
    # Inside, the sides stand before the coefficients: one matrix product then serves all nodes.
    nodes, n, _ = seen.shape
    wanted = np.ascontiguousarray(seen.transpose(0, 2, 1))
    m = start.transpose(0, 2, 1).copy()

    def applied(one: Floats) -> Floats:
        through = (laplacian @ one.reshape(nodes, -1)).reshape(-1, n) @ precision
        return np.asarray(one @ own + through.reshape(one.shape))

    conditioned = _Conditioner.of(own, laplacian, precision)
    rest = wanted - applied(m)
    towards = conditioned(rest)
    size = np.einsum("ksi,ksi->s", rest, towards)
    enough = tolerance**2 * np.einsum("ksi,ksi->s", wanted, conditioned(wanted))
    step = towards.copy()
    for _ in range(_MOST_STEPS):
        going = size > enough
        if not going.any():
            break
        moved = applied(step)
        length = _ratio(size, np.einsum("ksi,ksi->s", step, moved), going)[:, np.newaxis]
        m += length * step
        rest -= length * moved
        towards = conditioned(rest)
        before, size = size, np.einsum("ksi,ksi->s", rest, towards)
        step *= _ratio(size, before, going)[:, np.newaxis]
        step += towards
    return m.transpose(0, 2, 1)


@dataclass(frozen=True)
class _Conditioner:
    """What makes conjugate gradients short: each node's block, and a coarse picture of the graph.

    The blocks settle what is particular to a node; what moves over wide stretches of the graph, and
    would creep from node to node, is settled by some hundred regions at once (additive Schwarz with
    a coarse space: Nicolaides, 1987, SIAM J. Numer. Anal. 24).
    """

    inverse: NDArray[np.float32]
    regions: sparse.csr_matrix | None
    coarse: Any

    @classmethod
    def of(cls, own: Floats, laplacian: sparse.csr_matrix, precision: Floats) -> _Conditioner:
        nodes, n, _ = own.shape
        least = _FLOOR * np.trace(own.sum(axis=0)) / max(1, nodes) * np.eye(n)
        degree = laplacian.diagonal()[:, np.newaxis, np.newaxis]
        inverse = np.empty(own.shape, dtype=np.float32)  # it need not be exact
        for start in range(0, nodes, _AT_ONCE):
            here = slice(start, start + _AT_ONCE)
            inverse[here] = np.linalg.inv(own[here] + (degree[here] * precision + least))
        count = min(_MOST_REGIONS, nodes // _NODES_OF_A_REGION)
        if count < 2:
            return cls(inverse, None, None)
        region = _regions(laplacian, count)
        count = int(region.max()) + 1
        regions = sparse.csr_matrix((np.ones(nodes), (region, np.arange(nodes))), (count, nodes))
        blocks = (regions @ own.reshape(nodes, -1)).reshape(count, n, n) + least
        data = sparse.bsr_matrix(
            (blocks, np.arange(count), np.arange(count + 1)), shape=(count * n, count * n)
        )
        whole = data + sparse.kron(regions @ laplacian @ regions.T, precision)
        return cls(inverse, regions, splu(sparse.csc_matrix(whole)))

    def __call__(self, rest: Floats) -> Floats:
        found = (rest.astype(np.float32) @ self.inverse).astype(np.float64)
        if self.regions is None:
            return found
        nodes, sides, n = rest.shape
        count = self.regions.shape[0]
        of_regions = (self.regions @ rest.reshape(nodes, -1)).reshape(count, sides, n)
        right = of_regions.transpose(0, 2, 1).reshape(count * n, sides)
        solved = self.coarse.solve(np.ascontiguousarray(right)).reshape(count, n, sides)
        spread = self.regions.T @ solved.transpose(0, 2, 1).reshape(count, -1)
        found += spread.reshape(rest.shape)
        return found


def _regions(laplacian: sparse.csr_matrix, count: int) -> NDArray[np.intp]:
    """The number of each node's region: the nodes nearest to one of so many spread over all."""
    nodes = laplacian.shape[0]
    order = sparse.csgraph.reverse_cuthill_mckee(laplacian, symmetric_mode=True)
    seeds = np.sort(order[np.linspace(0, nodes - 1, count).astype(np.intp)])
    _, _, nearest = sparse.csgraph.dijkstra(
        abs(laplacian), indices=seeds, unweighted=True, min_only=True, return_predecessors=True
    )
    return np.unique(nearest, return_inverse=True)[1].astype(np.intp)


def _ratio(over: Floats, under: Floats, where: NDArray[np.bool_]) -> Floats:
    """The quotient; 0 elsewhere."""
    return np.divide(over, under, out=np.zeros_like(over), where=where & (under > 0.0))


@dataclass(frozen=True)
class TwoSpreads:
    """How coefficients spread over segments: each for itself, and smoothly over a graph.

    Attributes
    ----------
    alone
        Covariance `(n, n)` of each segment's own deviation, in units of the noise.
    along
        Covariance `(n, n)` of the difference of neighbours, in units of the noise, where an edge
        weighs 1.

    """

    alone: Floats
    along: Floats


def two_spreads(
    grams: Grams, noise: float, laplacian: sparse.csr_matrix, total: Floats, seed: int = 0
) -> TwoSpreads:
    """Divide deviations into each segment's own and those that neighbours share, by likelihood.

    Expectation maximisation, the expectations over the smooth part by perturbing the data and
    solving (Papandreou and Yuille, 2010, NIPS), with the same random numbers in every turn.

    Parameters
    ----------
    grams
        Of all nodes of the graph; of no weight where a node has no rows.
    noise
        The variance of a row.
    laplacian
        Of the graph.
    total
        Covariance `(n, n)` of exchangeable deviations, in units of the noise, to begin from.
    seed
        Of the perturbations.

    """
    nodes, n = grams.xy.shape
    samples = int(np.clip(_SAMPLES // nodes, 1, _MOST_SAMPLES))
    random = np.random.default_rng(seed)
    edges = _edge_roots(laplacian)
    of_rows = random.normal(size=(nodes, n, samples))
    of_edges = (edges @ random.normal(size=(edges.shape[1], n * samples))).reshape(of_rows.shape)
    filled = grams.weight > 0
    pieces = sparse.csgraph.connected_components(laplacian, directed=False)[0]
    even = np.diag(even_root(grams))
    alone = along = _bounded(total / 2, even)
    solved = np.zeros((nodes, n, 1 + samples))
    scaled = Grams(grams.xx, grams.xy / np.sqrt(noise), grams.yy, grams.weight)
    for _ in range(_TURNS):
        own, seen, shrunk = effective(scaled, roots_of(alone)[0])
        back = roots_of(along)[1]
        precision = back @ back.T
        values, vectors = np.linalg.eigh(own)
        half = vectors * np.sqrt(np.maximum(values, 0.0))[:, np.newaxis, :]
        noise_side = half @ of_rows + back @ of_edges
        sides = np.concatenate((seen[..., np.newaxis], noise_side), axis=2)
        solved = smoothed(own, sides, laplacian, precision, solved, 1e-3)
        deviation = shrunk @ -(grams.xx @ solved)
        deviation[..., 0] += np.einsum("kij,kj->ki", shrunk, scaled.xy)
        share = np.concatenate(([1.0], np.full(samples, 1.0 / samples)))
        new_alone = np.einsum("kis,kjs,s->ij", deviation, deviation, share, optimize=True)
        new_alone = (new_alone + shrunk[filled].sum(axis=0)) / max(1, filled.sum())
        rough = (laplacian @ solved.reshape(nodes, -1)).reshape(solved.shape)
        new_along = np.einsum("kis,kjs,s->ij", solved, rough, share, optimize=True)
        new_along /= max(1, nodes - pieces)
        alone = _bounded(_beyond(alone, new_alone), even)
        along = _bounded(_beyond(along, (new_along + new_along.T) / 2), even)
    return TwoSpreads(alone, along)


def effective(grams: Grams, root: Floats) -> tuple[Floats, Floats, Floats]:
    """What the rows say of a segment's centre when its own deviation is averaged out.

    Returns
    -------
    own, seen, shrunk
        Information `(n_nodes, n, n)`, right side `(n_nodes, n)`, and the covariance of the own
        deviation once the rows are known, `(n_nodes, n, n)`, in units of the noise.

    """
    own, shrunk = np.empty_like(grams.xx), np.empty_like(grams.xx)
    seen = np.empty_like(grams.xy)
    for start in range(0, len(grams), _AT_ONCE):
        here = slice(start, start + _AT_ONCE)
        xx, xy = grams.xx[here], grams.xy[here]
        inner = root.T @ xx @ root
        inner[:, range(len(root)), range(len(root))] += 1.0
        shrunk[here] = root @ np.linalg.inv(inner) @ root.T
        through = xx @ shrunk[here]
        left = xx - through @ xx
        own[here] = (left + left.transpose(0, 2, 1)) / 2
        seen[here] = xy - np.einsum("kij,kj->ki", through, xy)
    return own, seen, shrunk


def roots_of(covariance: Floats) -> tuple[Floats, Floats]:
    """A root `r`, `r r'` the covariance, and one of its inverse, `(r^-1)'`.

    Directions that hardly vary beside the others vary by a little: no rounding error makes either
    root fail.
    """
    values, vectors = np.linalg.eigh(covariance)
    values = np.sqrt(np.maximum(values, _FLOOR * max(float(values.max()), np.finfo(float).tiny)))
    return np.asarray(vectors * values), np.asarray(vectors / values)


def _edge_roots(laplacian: sparse.csr_matrix) -> sparse.csr_matrix:
    """`(n_nodes, n_edges)`, whose product with its transpose is the Laplacian."""
    edges = sparse.tril(-laplacian, -1).tocoo()
    weight, number = np.sqrt(edges.data), np.arange(edges.nnz)
    entries = np.concatenate((weight, -weight))
    places = np.concatenate((edges.row, edges.col)), np.concatenate((number, number))
    return sparse.csr_matrix((entries, places), shape=(laplacian.shape[0], edges.nnz))


def _bounded(covariance: Floats, even: Floats) -> Floats:
    """A covariance that is neither less nor more than can be told of any direction."""
    unit = np.outer(even, even)
    values, vectors = np.linalg.eigh(covariance / unit)
    values = np.clip(values, _LEAST_ROOT**2, _MOST_ROOT**2)
    return np.asarray(unit * ((vectors * values) @ vectors.T))


def _beyond(old: Floats, new: Floats) -> Floats:
    """Further on the way from one covariance to another, as powers of their ratio."""
    root, back = roots_of(old)
    values, vectors = np.linalg.eigh(back.T @ new @ back)
    turned = root @ vectors
    return np.asarray((turned * np.maximum(values, 1e-6) ** _FASTER) @ turned.T)
