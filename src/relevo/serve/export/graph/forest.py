"""`forest`: trees as one operator in double precision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import nan

import numpy as np

from relevo.learn.booster_trees import Split, Tree
from relevo.serve.export.graph.builder import TREES, Tensor

_UP_TO, _MEMBER = 0, 6  # BRANCH_LEQ and BRANCH_MEMBER
_SUM, _NO_LINK = 1, 0


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


def forest(values: Tensor, grown: Sequence[tuple[Tree, int]], n_outputs: int) -> Tensor:
    """The sum of the leaves that each row reaches, `(n_rows, n_outputs)`.

    Parameters
    ----------
    values
        Shape `(n_rows, n_features)`; missing is NaN, categories are codes.
    grown
        Trees with at least one split, and the output that each adds to.
    n_outputs
        An output without a tree is zero.

    """
    if not grown:
        return values.graph.zeros(values, n_outputs)
    planted = _Forest()
    for tree, output in grown:
        planted.plant(tree, output)
    members = {"membership_values": np.array(planted.members)} if planted.members else {}
    return values.apply(
        "TreeEnsemble",
        domain=TREES,
        n_targets=n_outputs,
        aggregate_function=_SUM,
        post_transform=_NO_LINK,
        tree_roots=planted.roots,
        nodes_featureids=planted.features,
        nodes_modes=np.array(planted.modes, dtype=np.uint8),
        nodes_splits=np.array(planted.thresholds),
        nodes_missing_value_tracks_true=planted.missing_left,
        nodes_truenodeids=planted.left,
        nodes_trueleafs=planted.left_is_leaf,
        nodes_falsenodeids=planted.right,
        nodes_falseleafs=planted.right_is_leaf,
        leaf_targetids=planted.outputs,
        leaf_weights=np.array(planted.leaves),
        **members,
    )
