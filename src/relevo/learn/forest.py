"""`Forest`: the trees of a booster's text as flat arrays, with the rows that passed each split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relevo.learn.booster_trees import fields_of, member_sets
from relevo.learn.learner import Floats

Positions = NDArray[np.intp]
# The bits of LightGBM's `decision_type` (include/LightGBM/tree.h).
CATEGORICAL, DEFAULT_LEFT, _MISSING_SHIFT, _MISSING_MASK = 1, 2, 2, 3
MISSING_IS_ZERO, MISSING_IS_NAN = 1, 2


@dataclass(frozen=True, eq=False)
class Forest:
    """All splits and all leaves of all trees, one after the other.

    Attributes
    ----------
    n_outputs
        Tree `i` adds to output `i % n_outputs`.
    first_split, first_leaf
        Where each tree's begin, shape `(n_trees + 1,)`.
    feature, threshold, decision
        Of each split; `decision` is LightGBM's `decision_type`.
    members
        The codes that go left, of the splits by categories.
    split_rows, leaf_rows
        How many training rows came by.
    values
        What each leaf adds to the score.
    split_parent, leaf_parent
        `2 * split + side` of the split above, side 1 for left; -1 for none.

    """

    n_outputs: int
    first_split: Positions
    first_leaf: Positions
    feature: Positions
    threshold: Floats
    decision: Positions
    members: Mapping[int, tuple[int, ...]]
    split_rows: Floats
    leaf_rows: Floats
    values: Floats
    split_parent: Positions
    leaf_parent: Positions

    @property
    def missing(self) -> Positions:
        """Of each split, which kind of value counts as missing."""
        return self.decision >> _MISSING_SHIFT & _MISSING_MASK

    @property
    def output_of_leaf(self) -> Positions:
        """The output that each leaf adds to."""
        sizes = np.diff(self.first_leaf)
        return np.repeat(np.arange(len(sizes)) % self.n_outputs, sizes)

    def depths(self) -> Positions:
        """How many splits stand above each leaf."""
        depth, step = np.zeros(len(self.leaf_parent), dtype=np.intp), self.leaf_parent
        while (step >= 0).any():
            depth += step >= 0
            step = np.where(step >= 0, self.split_parent[step >> 1], -1)
        return depth

    def base(self) -> Floats:
        """The mean score over the training rows, tree by tree, shape `(n_outputs,)`."""
        total = np.add.reduceat(self.leaf_rows, self.first_leaf[:-1])
        grown = np.diff(self.first_leaf) > 1  # a single leaf may not say how many rows it has
        sums = np.add.reduceat(self.leaf_rows * self.values, self.first_leaf[:-1])
        means = np.where(grown, sums / total, self.values[self.first_leaf[:-1]])
        output = np.arange(len(means)) % self.n_outputs
        return np.bincount(output, means, self.n_outputs).astype(np.float64)


def read_forest(text: str) -> Forest | None:
    """The forest of a booster; None when it is of a kind that only the library can read.

    Parameters
    ----------
    text
        A booster in LightGBM's text format, with at least one tree.

    """
    head, *blocks = text.split("\nend of trees")[0].split("\nTree=")
    if not blocks or "\naverage_output" in head:
        return None
    trees = [fields_of(block) for block in blocks]
    if any(tree.get("is_linear", "0") != "0" for tree in trees):
        return None
    values = [_numbers(tree["leaf_value"]) for tree in trees]
    grown = [tree for tree, leaves in zip(trees, values, strict=True) if len(leaves) > 1]
    if not all("internal_count" in tree and "leaf_count" in tree for tree in grown):
        return None
    n_leaves = np.array([len(leaves) for leaves in values])
    first_split, first_leaf = _starts(n_leaves - 1), _starts(n_leaves)
    left, right = (_joined(grown, f"{side}_child").astype(np.intp) for side in ("left", "right"))
    n_splits = n_leaves[n_leaves > 1] - 1
    own_split = np.repeat(first_split[:-1][n_leaves > 1], n_splits)
    own_leaf = np.repeat(first_leaf[:-1][n_leaves > 1], n_splits)
    split_parent = np.full(first_split[-1], -1)
    leaf_parent = np.full(first_leaf[-1], -1)
    for side, child in enumerate((right, left)):
        above = 2 * np.arange(len(child)) + side
        is_leaf = child < 0
        leaf_parent[(~child + own_leaf)[is_leaf]] = above[is_leaf]
        split_parent[(child + own_split)[~is_leaf]] = above[~is_leaf]
    forest = Forest(
        int(fields_of(head)["num_tree_per_iteration"]),
        first_split,
        first_leaf,
        _joined(grown, "split_feature").astype(np.intp),
        _joined(grown, "threshold"),
        _joined(grown, "decision_type").astype(np.intp),
        _members(trees, first_split),
        _joined(grown, "internal_count"),
        np.concatenate([_leaf_rows(tree, len(v)) for tree, v in zip(trees, values, strict=True)]),
        np.concatenate(values),
        split_parent,
        leaf_parent,
    )
    empty = (forest.split_rows <= 0).any() or (forest.leaf_rows <= 0).any()
    return None if empty else forest


def _numbers(line: str) -> Floats:
    return np.array(line.split(), dtype=np.float64)


def _joined(trees: list[dict[str, str]], name: str) -> Floats:
    return _numbers(" ".join(tree[name] for tree in trees))


def _leaf_rows(tree: Mapping[str, str], n_leaves: int) -> Floats:
    return _numbers(tree["leaf_count"]) if n_leaves > 1 else np.ones(1)


def _starts(sizes: Positions) -> Positions:
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.intp)


def _members(trees: list[dict[str, str]], first_split: Positions) -> dict[int, tuple[int, ...]]:
    found = {}
    for tree, first in zip(trees, first_split, strict=False):
        if tree.get("num_cat", "0") == "0":
            continue
        sets = member_sets(tree)
        decisions = tree["decision_type"].split()
        thresholds = tree["threshold"].split()
        for place, (decision, threshold) in enumerate(zip(decisions, thresholds, strict=True)):
            if int(decision) & CATEGORICAL:
                found[int(first) + place] = sets[int(float(threshold))]
    return found
