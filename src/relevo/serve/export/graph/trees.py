"""`trees`: the raw scores of boosted trees."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from relevo.learn.booster_trees import Tree, read_trees
from relevo.serve.export.graph.builder import Tensor
from relevo.serve.export.graph.forest import forest

_NO_MORE_THAN_ZERO = float(np.float32(1e-35))  # LightGBM's kZeroThreshold


def trees(values: Tensor, text: str) -> Tensor:
    """Raw scores `(n_rows, n_outputs)` of a booster in LightGBM's text format.

    Parameters
    ----------
    values
        Shape `(n_rows, n_features)`; missing is NaN, categories are codes.
    text
        The booster.

    """
    outputs, found = read_trees(text)
    placed = [(tree, place % outputs) for place, tree in enumerate(found)]
    bare = _bare_leaves(((tree, to) for tree, to in placed if not tree.splits), outputs)
    grown = [(tree, to) for tree, to in placed if tree.splits]
    tiny = values.apply("Abs").apply("LessOrEqual", _NO_MORE_THAN_ZERO)
    values = tiny.chosen(0.0, values)
    return forest(values, grown, outputs) + bare


def _bare_leaves(found: Iterable[tuple[Tree, int]], outputs: int) -> np.ndarray:
    added = np.zeros(outputs)
    for tree, output in found:
        added[output] += tree.leaves[0]
    return added
