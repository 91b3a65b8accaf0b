"""`LeafGroups`: neighbouring leaves that can be looked up together in one table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relevo.learn.forest import Forest, Positions
from relevo.learn.leaf_paths import LeafPaths

GROUP_BITS = 8


@dataclass(frozen=True, eq=False)
class LeafGroups:
    """Leaves whose paths together ask for at most eight things of a row: a byte tells all.

    Attributes
    ----------
    leaves
        Places within the paths' leaves of those that are in a group, `(n_grouped,)`.
    group, turn
        Of each: its group, and how many leaves of the same group come before it.
    bit, turned, column
        Of each condition of the paths: its bit in the group's byte, whether the bit is set where
        the condition is *not* met, and the column of its feature in the group's table.
    conditions
        The condition that each bit tells, -1 for none; `(n_groups, 8)`.
    features
        The feature of each column, -1 for none; `(n_groups, 8)`.
    outputs
        The output that each group adds to.

    """

    leaves: Positions
    group: Positions
    turn: Positions
    bit: Positions
    turned: Positions
    column: Positions
    conditions: Positions
    features: Positions
    outputs: Positions

    @classmethod
    def of(cls, forest: Forest, paths: LeafPaths) -> LeafGroups:
        """Leaves of a branch side by side, as many as eight bits can tell apart.

        The two sides of a split share a bit when nothing above asks for the same feature: then one
        is met just where the other is not.
        """
        bare = paths.above[paths.condition] < 0
        bit_of = np.where(bare, paths.condition | 1, paths.condition)
        turned = bare & (paths.condition & 1 == 0)
        few = np.flatnonzero(np.diff(paths.first) <= GROUP_BITS)
        output = forest.output_of_leaf[paths.leaves]
        bit, column = np.zeros_like(bit_of), np.zeros_like(bit_of)
        bits, features = bit_of.tolist(), forest.feature[paths.condition >> 1].tolist()
        first, tree = paths.first.tolist(), _trees(forest, paths)
        group, turn = np.empty(len(few), dtype=np.intp), np.empty(len(few), dtype=np.intp)
        known: list[tuple[dict[int, int], dict[int, int], int]] = []
        of_tree, turns = -1, 0
        for place, leaf in enumerate(few.tolist()):
            own = slice(first[leaf], first[leaf + 1])
            if of_tree != tree[leaf] or len(known[-1][0].keys() | bits[own]) > GROUP_BITS:
                known.append(({}, {}, int(output[leaf])))
                of_tree, turns = tree[leaf], 0
            of_bits, of_features, _ = known[-1]
            bit[own] = [of_bits.setdefault(one, len(of_bits)) for one in bits[own]]
            column[own] = [of_features.setdefault(one, len(of_features)) for one in features[own]]
            group[place], turn[place] = len(known) - 1, turns
            turns += 1
        return cls(
            few,
            group,
            turn,
            bit,
            turned,
            column,
            _filled([list(one[0]) for one in known]),
            _filled([list(one[1]) for one in known]),
            np.array([one[2] for one in known], dtype=np.intp),
        )


def _trees(forest: Forest, paths: LeafPaths) -> list[int]:
    found: list[int] = np.searchsorted(forest.first_leaf, paths.leaves, side="right").tolist()
    return found


def _filled(rows: list[list[int]]) -> Positions:
    padded = [row + [-1] * (GROUP_BITS - len(row)) for row in rows]
    return np.array(padded, dtype=np.intp).reshape(len(rows), GROUP_BITS)
