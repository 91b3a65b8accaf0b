"""`TreeTables`: looked-up contributions of groups of leaves, for every byte a row can show."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from relevo.learn.feature_codes import FeatureCodes
from relevo.learn.forest import Forest, Positions
from relevo.learn.leaf_groups import GROUP_BITS, LeafGroups
from relevo.learn.leaf_paths import LeafPaths
from relevo.learn.leaf_shares import tables
from relevo.learn.learner import Floats
from relevo.learn.tree_lanes import TreeLanes

_STATES = 1 << GROUP_BITS
_LEAVES_AT_ONCE = 16  # what is made of them stays in the cache


@dataclass(frozen=True, eq=False)
class TreeTables:
    """The leaves with few features on their paths.

    Attributes
    ----------
    lanes
        A byte for each group.
    tables
        What each group adds, for each byte, to each of its features; `(n_groups, 256, 8)`.
    features
        The places of these features among those that the codes tell, -1 for none; `(n_groups, 8)`.
    outputs
        The output that each group adds to.

    """

    lanes: TreeLanes
    tables: Floats
    features: Positions
    outputs: Positions

    @classmethod
    def of(cls, forest: Forest, paths: LeafPaths, codes: FeatureCodes) -> TreeTables:
        """The tables of some trees."""
        groups = LeafGroups.of(forest, paths)
        lanes = TreeLanes.of(forest, paths, codes, groups.conditions, np.uint8)
        found = np.zeros((len(groups.outputs) * GROUP_BITS, _STATES))
        depth = np.diff(paths.first)[groups.leaves]
        # Leaves of one turn are in different groups: no two add to the same table.
        order = np.lexsort((depth, groups.turn))
        keys = groups.turn[order] * (GROUP_BITS + 1) + depth[order]
        for alike in np.split(order, np.flatnonzero(np.diff(keys)) + 1):
            for start in range(0, len(alike), _LEAVES_AT_ONCE):
                _add(found, forest, paths, groups, alike[start : start + _LEAVES_AT_ONCE])
        by_state = found.reshape(-1, GROUP_BITS, _STATES).transpose(0, 2, 1)
        places = np.searchsorted(codes.features, groups.features)
        places[groups.features < 0] = -1
        return cls(lanes, by_state, places, groups.outputs)

    def by_row(self) -> TreeTables:
        """The same, what one row needs of a table side by side."""
        tables = np.ascontiguousarray(self.tables)
        return TreeTables(self.lanes.by_row(), tables, self.features, self.outputs)

    def row(self, codes: Positions) -> Floats:
        """What one row's groups add to each of their features, `(n_groups, 8)`."""
        states = self._first + self.lanes.row(codes)
        return self.tables.reshape(-1, GROUP_BITS).take(states, axis=0, mode="wrap")

    @cached_property
    def _first(self) -> Positions:
        return np.arange(len(self.tables)) * _STATES

    def add(self, totals: Floats, codes: Positions, first: Positions) -> None:
        """Add what rows with codes `(n_features, n_rows)` get to `(n_outputs, n_features, n_rows)`.

        `first` is where each feature's codes begin.
        """
        n_rows = codes.shape[1]
        spare = np.empty(n_rows, dtype=np.uint64)
        state, found = np.empty(n_rows, dtype=np.intp), np.empty((GROUP_BITS, n_rows))
        for word in range(len(self.lanes.words)):
            lanes = self.lanes.rows(word, codes, first, spare)
            group = word * lanes.shape[1]
            for lane in range(min(lanes.shape[1], len(self.tables) - group)):
                np.copyto(state, lanes[:, lane])
                features = [one for one in self.features[group + lane].tolist() if one >= 0]
                own = self.tables[group + lane, :, : len(features)].T
                np.ascontiguousarray(own).take(
                    state, axis=1, out=found[: len(features)], mode="wrap"
                )
                total = totals[self.outputs[group + lane]]
                for column, feature in enumerate(features):
                    np.add(total[feature], found[column], out=total[feature])


def _add(
    found: Floats, forest: Forest, paths: LeafPaths, groups: LeafGroups, chosen: Positions
) -> None:
    """Add the shares of leaves of one depth, in different groups, to the groups' tables."""
    leaves = groups.leaves[chosen]
    d = int(paths.first[leaves[0] + 1] - paths.first[leaves[0]])
    own = paths.first[leaves][:, np.newaxis] + np.arange(d)
    shares = tables(paths.cover[own], forest.values[paths.leaves[leaves]])
    states = np.arange(_STATES, dtype=np.uint8)
    met = states >> groups.bit[own].astype(np.uint8)[:, :, np.newaxis] & np.uint8(1)
    met ^= groups.turned[own][:, :, np.newaxis]
    mask = np.bitwise_or.reduce(met << np.arange(d, dtype=np.uint8)[:, np.newaxis], axis=1)
    place = np.arange(2 * own.size, step=2).reshape(*own.shape, 1) + met
    index = (place << d) + mask[:, np.newaxis, :]
    rows = groups.group[chosen][:, np.newaxis] * GROUP_BITS + groups.column[own]
    found[rows] += shares.ravel().take(index)
