"""`LeafPaths`: what each leaf asks of each feature on the way to it, all in one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relevo.learn.forest import Forest, Positions
from relevo.learn.learner import Floats


@dataclass(frozen=True, eq=False)
class LeafPaths:
    """The conditions of the leaves of some trees.

    All that a path asks of one feature is one *condition*, named after the deepest split that asks
    for the feature and the side taken there: `2 * split + side`. What lies above is the same for
    every path through that split.

    Attributes
    ----------
    leaves
        The leaves of trees with a split, those of one branch side by side, `(n_leaves,)`.
    first
        Where each leaf's conditions begin in the next two, one entry more.
    condition, cover
        The conditions, and the share of the training rows that met what each asks, step by step.
    above
        The condition of the same feature further up, -1 for none; `(2 * n_splits,)`.

    """

    leaves: Positions
    first: Positions
    condition: Positions
    cover: Floats
    above: Positions

    @classmethod
    def of(cls, forest: Forest, trees: range) -> LeafPaths:
        """The paths of some trees' leaves."""
        leaves = np.arange(forest.first_leaf[trees.start], forest.first_leaf[trees.stop])
        leaves = leaves[forest.leaf_parent[leaves] >= 0]
        place, condition, share, depth = _climbed(forest, leaves)
        rank = _in_branch_order(forest, leaves, place, condition)
        leaf = rank[place]
        leaves = leaves[np.argsort(rank)]
        feature = forest.feature[condition >> 1]
        order = np.lexsort((depth, feature, leaf))  # of one leaf and feature, the deepest first
        leaf, feature, condition, share = (
            leaf[order],
            feature[order],
            condition[order],
            share[order],
        )
        starts = np.flatnonzero(np.diff(leaf, prepend=-1) | np.diff(feature, prepend=-1))
        above = np.full(2 * len(forest.feature), -1)
        goes_on = np.ones(len(leaf), dtype=bool)
        goes_on[starts] = False
        later = np.flatnonzero(goes_on)
        above[condition[later - 1]] = condition[later]
        first = np.searchsorted(leaf[starts], np.arange(len(leaves) + 1))
        return cls(leaves, first, condition[starts], np.multiply.reduceat(share, starts), above)


def _climbed(forest: Forest, leaves: Positions) -> tuple[Positions, Positions, Floats, Positions]:
    """Each step of each leaf's path: the leaf's place, the step, its share of rows, its height."""
    place, step, rows = np.arange(len(leaves)), forest.leaf_parent[leaves], forest.leaf_rows[leaves]
    found: list[tuple[Positions, Positions, Floats, Positions]] = []
    while len(place) or not found:
        split = step >> 1
        total = forest.split_rows[split]
        found.append((place, step, rows / total, np.full(len(place), len(found))))
        step = forest.split_parent[split]
        more = step >= 0
        place, step, rows = place[more], step[more], total[more]
    places, steps, shares, heights = zip(*found, strict=True)
    joined = np.concatenate
    return joined(places), joined(steps), joined(shares), joined(heights)


def _in_branch_order(
    forest: Forest, leaves: Positions, place: Positions, step: Positions
) -> Positions:
    """The rank of each leaf when every left branch comes before its right one."""
    below = np.bincount(step, minlength=2 * len(forest.feature))  # leaves on each side of a split
    passed = np.where(step & 1, 0, below[step | 1])
    tree = np.searchsorted(forest.first_leaf, leaves, side="right")
    return np.lexsort((np.bincount(place, passed, len(leaves)), tree)).argsort()
