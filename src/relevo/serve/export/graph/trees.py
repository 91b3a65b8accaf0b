"""`trees`: boosted trees as one operator in double precision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import nan

import numpy as np

from relevo.learn.booster_trees import Split, Tree, read_trees
from relevo.serve.export.graph.builder import TREES, Tensor

_UP_TO, _MEMBER = 0, 6  # BRANCH_LEQ and BRANCH_MEMBER
_SUM, _NO_LINK = 1, 0
_NO_MORE_THAN_ZERO = float(np.float32(1e-35))  # LightGBM's kZeroThreshold


@dataclass
class _Forest:
    """The operator's attributes, split by split."""

    roots: list[int] = field(default_factory=list)
    features: list[int] = field(default_factory=list)
    modes: list[int] = field(default_factory=list)
    thresholds: list[float] = field(default_factory=list)
    missing_left: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    left_is_leaf: list[int] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    right_is_leaf: list[int] = field(default_factory=list)
    members: list[float] = field(default_factory=list)
    leaves: list[float] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)

    def plant(self, tree: Tree, output: int) -> None:
        """Add a tree with at least one split."""
        top, first_leaf = len(self.features), len(self.leaves)
        self.roots.append(top)
        for split in tree.splits:
            self._question(split)
            for child, to, is_leaf in (
                (split.left, self.left, self.left_is_leaf),
                (split.right, self.right, self.right_is_leaf),
            ):
                to.append(top + child if child >= 0 else first_leaf + ~child)
                is_leaf.append(int(child < 0))
        self.leaves += tree.leaves
        self.outputs += [output] * len(tree.leaves)

    def _question(self, split: Split) -> None:
        self.features.append(split.feature)
        self.missing_left.append(int(split.missing_left))
        if split.members is None:
            self.modes.append(_UP_TO)
            self.thresholds.append(split.threshold)
        else:
            self.modes.append(_MEMBER)
            self.thresholds.append(0.0)
            self.members += [*map(float, split.members), nan]


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
    scores = _forest(values, grown, outputs) if grown else values.graph.zeros(values, outputs)
    return scores + bare


def _bare_leaves(found: Iterable[tuple[Tree, int]], outputs: int) -> np.ndarray:
    added = np.zeros(outputs)
    for tree, output in found:
        added[output] += tree.leaves[0]
    return added


def _forest(values: Tensor, grown: Sequence[tuple[Tree, int]], outputs: int) -> Tensor:
    forest = _Forest()
    for tree, output in grown:
        forest.plant(tree, output)
    members = {"membership_values": np.array(forest.members)} if forest.members else {}
    return values.apply(
        "TreeEnsemble",
        domain=TREES,
        n_targets=outputs,
        aggregate_function=_SUM,
        post_transform=_NO_LINK,
        tree_roots=forest.roots,
        nodes_featureids=forest.features,
        nodes_modes=np.array(forest.modes, dtype=np.uint8),
        nodes_splits=np.array(forest.thresholds),
        nodes_missing_value_tracks_true=forest.missing_left,
        nodes_truenodeids=forest.left,
        nodes_trueleafs=forest.left_is_leaf,
        nodes_falsenodeids=forest.right,
        nodes_falseleafs=forest.right_is_leaf,
        leaf_targetids=forest.outputs,
        leaf_weights=np.array(forest.leaves),
        **members,
    )
