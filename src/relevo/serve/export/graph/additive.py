"""`additive`: the raw scores of an additive model, a table of steps for each feature.

A search tree finds the step that a number lies in, to the last bit of an edge; a category's codes
have edges between them as well, see `Bins`.
"""

from __future__ import annotations

from collections.abc import Iterator

from relevo.learn.additive_bins import Bins
from relevo.learn.additive_predictor import AdditivePredictor
from relevo.learn.booster_trees import Split, Tree
from relevo.learn.learner import Floats
from relevo.serve.export.graph.builder import Tensor
from relevo.serve.export.graph.forest import forest


def additive(values: Tensor, predictor: AdditivePredictor) -> Tensor:
    """Raw scores `(n_rows, n_outputs)`."""
    steps = values.graph.apply("Gather", predictor.table, _places(values, predictor.bins))
    return steps.summed(axis=1) + predictor.intercept


def _places(values: Tensor, bins: Bins) -> Tensor:
    """The bin of each feature of each row, `(n_rows, n_features)`."""
    n_features = len(bins.is_category)
    edges = [bins.edges_of(feature) for feature in range(n_features)]
    grown = [(_search(own, feature), feature) for feature, own in enumerate(edges) if len(own)]
    inside = forest(values, grown, n_features).cast("int64")
    return values.is_missing().chosen(bins.first[1:] - 1, inside + bins.first[:-1])


def _search(edges: Floats, feature: int) -> Tree:
    """A balanced tree whose leaves are numbered from the left."""
    bins = len(edges) + 1
    return Tree(tuple(_splits(edges, feature, 0, bins - 1, 0)), tuple(map(float, range(bins))))


def _splits(edges: Floats, feature: int, first: int, last: int, at: int) -> Iterator[Split]:
    """The splits between two bins, the top one at a place, those on its left behind it."""
    if first == last:
        return
    middle = (first + last) // 2
    left, right = at + 1, at + 1 + middle - first
    yield Split(
        feature,
        float(edges[middle]),
        None,
        False,
        left if first < middle else ~middle,
        right if middle + 1 < last else ~last,
    )
    yield from _splits(edges, feature, first, middle, left)
    yield from _splits(edges, feature, middle + 1, last, right)
