"""`Graph`: which segments are next to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import cKDTree

from relevo.learn.learner import Floats
from relevo.train.stratified.segments import Positions

# A product of orders is filled up with the combinations that no row has, as long as these are few
# beside those that have rows: then every combination of known values has a place.
_MOST_FILLED = 4.0
_ALWAYS_FILLED = 10_000
NEIGHBOURS = 5


@dataclass(frozen=True)
class Graph:
    """Nodes and their neighbours; the first nodes are the segments, in their order.

    Attributes
    ----------
    laplacian
        Shape `(n_nodes, n_nodes)`: degrees minus edge weights.
    more
        Of each further node, what it stands for: the text of every segment column; a shorter tuple
        is a group of segments that share these (a state that has cities).

    """

    laplacian: sparse.csr_matrix
    more: tuple[tuple[str | None, ...], ...] = ()


@dataclass(frozen=True)
class Order:
    """Values of one segment column, one next to the other; `cyclic` joins the last to the first."""

    values: tuple[str, ...]
    cyclic: bool = False


def product_of(labels: Sequence[tuple[str | None, ...]], orders: Mapping[int, Order]) -> Graph:
    """Segments whose values are next to each other in one column and equal in all others.

    Parameters
    ----------
    labels
        Of each segment, the text of every segment column.
    orders
        By the position of the column. A column without one has no neighbours.

    """
    columns = list(zip(*labels, strict=True))
    values = [
        list(orders[place].values) if place in orders else sorted(set(column), key=str)
        for place, column in enumerate(columns)
    ]
    sizes = [len(one) for one in values]
    number = [{value: code for code, value in enumerate(one)} for one in values]
    codes = np.array(
        [[number[place].get(value, -1) for place, value in enumerate(row)] for row in labels]
    ).reshape(len(labels), len(sizes))
    placed = (codes >= 0).all(axis=1)
    flat = np.full(len(labels), -1, dtype=np.int64)
    flat[placed] = np.ravel_multi_index(tuple(codes[placed].T), sizes)
    every = int(np.prod(sizes, dtype=np.float64))
    missing = np.empty(0, dtype=np.int64)
    if every <= max(_ALWAYS_FILLED, _MOST_FILLED * len(labels)):
        missing = np.setdiff1d(np.arange(every), flat)
    nodes = np.concatenate((flat, missing))
    edges = [_next_to(nodes, sizes, place, order.cyclic) for place, order in sorted(orders.items())]
    filled = np.stack(np.unravel_index(missing, sizes), axis=1)
    more = tuple(tuple(values[place][code] for place, code in enumerate(row)) for row in filled)
    return rooted(Graph(laplacian_of(len(nodes), np.concatenate(edges)), more))


def grid(rows: int, columns: int) -> Graph:
    """Segments numbered row by row on a grid, each next to those beside it."""
    number = np.arange(rows * columns).reshape(rows, columns)
    along = np.stack((number[:, :-1].ravel(), number[:, 1:].ravel()), axis=1)
    down = np.stack((number[:-1].ravel(), number[1:].ravel()), axis=1)
    return Graph(laplacian_of(rows * columns, np.concatenate((along, down))))


def nearest_places(coordinates: Floats, neighbours: int = NEIGHBOURS) -> Graph:
    """Each place joined with those nearest to it.

    Parameters
    ----------
    coordinates
        Latitude and longitude of each segment in degrees, shape `(n_segments, 2)`.
    neighbours
        With how many.

    """
    points = on_sphere(coordinates)
    _, near = cKDTree(points).query(points, k=min(neighbours + 1, len(points)))
    near = np.asarray(near).reshape(len(points), -1)[:, 1:]
    one = np.repeat(np.arange(len(points)), near.shape[1])
    return rooted(Graph(laplacian_of(len(points), np.stack((one, near.ravel()), axis=1))))


def hierarchy(labels: Sequence[tuple[str | None, ...]]) -> Graph:
    """Each segment joined with its group, each group with the one above: a tree."""
    groups: dict[tuple[str | None, ...], int] = {}
    edges = []
    for number, label in enumerate(labels):
        below = number
        for length in range(len(label) - 1, -1, -1):
            group = label[:length]
            known = group in groups
            above = groups.setdefault(group, len(labels) + len(groups))
            edges.append((below, above))
            if known:
                break
            below = above
    nodes = len(labels) + len(groups)
    return Graph(laplacian_of(nodes, np.array(edges, dtype=np.intp)), tuple(groups))


def named_edges(
    labels: Sequence[tuple[str | None, ...]], edges: Sequence[tuple[str, str, float]]
) -> Graph:
    """Segments joined as a list of edges says; names without rows become nodes, too."""
    number = {label[0]: place for place, label in enumerate(labels)}
    known = len(number)
    for one, other, _ in edges:
        number.setdefault(one, len(number))
        number.setdefault(other, len(number))
    ends = np.array([(number[one], number[other]) for one, other, _ in edges], dtype=np.intp)
    weights = np.array([weight for *_, weight in edges])
    more = tuple((name,) for name, place in number.items() if place >= known)
    return rooted(Graph(laplacian_of(len(number), ends, weights), more))


def rooted(graph: Graph) -> Graph:
    """The graph with all its pieces joined to one root, so that no piece stands apart.

    Each piece is joined by edges of weight 1 in all, spread over its nodes.
    """
    pieces, piece = sparse.csgraph.connected_components(graph.laplacian, directed=False)
    if pieces == 1:
        return graph
    weight = 1.0 / np.bincount(piece)[piece]
    to_root = sparse.csr_matrix(weight[:, np.newaxis])
    joined = graph.laplacian + sparse.diags(weight)
    whole = sparse.bmat([[joined, -to_root], [-to_root.T, np.array([[weight.sum()]])]])
    return Graph(sparse.csr_matrix(whole), (*graph.more, ()))


def laplacian_of(
    nodes: int, edges: NDArray[np.intp], weights: Floats | None = None
) -> sparse.csr_matrix:
    """Degrees minus weights, of edges `(n_edges, 2)` that may come twice and count once."""
    ends = np.sort(edges[edges[:, 0] != edges[:, 1]], axis=1)
    given = np.ones(len(edges)) if weights is None else weights
    given = given[edges[:, 0] != edges[:, 1]]
    ends, first = np.unique(ends, axis=0, return_index=True)
    given = given[first]
    one, other = ends.T
    joined = sparse.coo_matrix((given, (one, other)), shape=(nodes, nodes))
    joined = joined + joined.T
    return sparse.csr_matrix(sparse.diags(np.asarray(joined.sum(axis=1)).ravel()) - joined)


def on_sphere(coordinates: Floats) -> Floats:
    """Points `(n, 3)` on the unit sphere, of latitudes and longitudes in degrees."""
    latitude, longitude = np.radians(coordinates).T
    return np.stack(
        (
            np.cos(latitude) * np.cos(longitude),
            np.cos(latitude) * np.sin(longitude),
            np.sin(latitude),
        ),
        axis=1,
    )


def _next_to(nodes: NDArray[np.int64], sizes: Sequence[int], place: int, cyclic: bool) -> Positions:
    """Edges between nodes that differ by one step in one column."""
    step = int(np.prod(sizes[place + 1 :], dtype=np.int64))
    code = nodes // step % sizes[place]
    last = code == sizes[place] - 1
    towards = np.where(last, nodes - code * step, nodes + step)
    wanted = (nodes >= 0) & (~last | (cyclic and sizes[place] > 2))
    order = np.argsort(nodes, kind="stable")
    found = np.minimum(np.searchsorted(nodes, towards, sorter=order), len(nodes) - 1)
    there = order[found]
    wanted &= nodes[there] == towards
    return np.stack((np.flatnonzero(wanted), there[wanted]), axis=1)
