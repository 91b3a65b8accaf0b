"""`DeepLeaves`: contributions of leaves with too many features on their paths for a table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from relevo.learn.feature_codes import FeatureCodes
from relevo.learn.forest import Forest, Positions
from relevo.learn.leaf_groups import GROUP_BITS
from relevo.learn.leaf_paths import LeafPaths
from relevo.learn.leaf_shares import factors, products, steps
from relevo.learn.learner import Floats
from relevo.learn.tree_lanes import TreeLanes

MOST_FEATURES = 64  # the bits of a word
_FEW_FEATURES = 16


@dataclass(frozen=True, eq=False)
class DeepLeaves:
    """Leaves whose paths ask for the same number of features, more than eight.

    Attributes
    ----------
    lanes
        A lane for each leaf: bit `j` says whether its condition `j` is met.
    features, outputs
        As in `TreeTables`: of the conditions, `(n_leaves, d)`, and of each leaf.
    of, moves
        What `factors` and `steps` give, `(n_leaves, d, 2, n_points)`.

    """

    lanes: TreeLanes
    features: Positions
    outputs: Positions
    of: Floats
    moves: Floats

    @classmethod
    def all_of(
        cls, forest: Forest, paths: LeafPaths, codes: FeatureCodes
    ) -> tuple[DeepLeaves, ...]:
        """Those of some trees, by the number of their features."""
        depth = np.diff(paths.first)
        found = []
        for d in np.unique(depth[depth > GROUP_BITS]):
            leaves = np.flatnonzero(depth == d)
            own = paths.first[leaves][:, np.newaxis] + np.arange(d)
            kind = np.uint16 if d <= _FEW_FEATURES else np.uint64
            lanes = TreeLanes.of(forest, paths, codes, paths.condition[own], kind)
            of = factors(paths.cover[own])
            moves = steps(paths.cover[own], forest.values[paths.leaves[leaves]], of)
            features = np.searchsorted(codes.features, forest.feature[paths.condition[own] >> 1])
            outputs = forest.output_of_leaf[paths.leaves[leaves]]
            found.append(cls(lanes, features, outputs, of, moves))
        return tuple(found)

    def by_row(self) -> DeepLeaves:
        """The same, what one row needs side by side in memory."""
        lanes = self.lanes.by_row()
        return DeepLeaves(lanes, self.features, self.outputs, self.of, self.moves)

    def row(self, codes: Positions) -> Floats:
        """What each leaf adds to each of its features in one row, `(d, n_leaves)`."""
        d, states = self.features.shape[1], self.lanes.row(codes)
        bits = np.arange(d, dtype=self.lanes.kind)[:, np.newaxis]
        met = (states >> bits & self.lanes.kind(1)).astype(bool)[:, np.newaxis, :]
        product = np.where(met, self._of_met, self._of_unmet).prod(axis=0)
        moves = np.where(met, self._moves_met, self._moves_unmet)
        return np.asarray(np.einsum("dqn,qn->dn", moves, product))

    @cached_property
    def _of_unmet(self) -> Floats:
        return np.ascontiguousarray(self.of[:, :, 0].transpose(1, 2, 0))

    @cached_property
    def _of_met(self) -> Floats:
        return np.ascontiguousarray(self.of[:, :, 1].transpose(1, 2, 0))

    @cached_property
    def _moves_unmet(self) -> Floats:
        return np.ascontiguousarray(self.moves[:, :, 0].transpose(1, 2, 0))

    @cached_property
    def _moves_met(self) -> Floats:
        return np.ascontiguousarray(self.moves[:, :, 1].transpose(1, 2, 0))

    def add(self, totals: Floats, codes: Positions, first: Positions) -> None:
        """Add what rows get, as `TreeTables.add` does.

        Each combination of conditions that some row shows is computed once.
        """
        n_rows = codes.shape[1]
        spare, found = np.empty(n_rows, dtype=np.uint64), np.empty(n_rows)
        d = self.features.shape[1]
        for word in range(len(self.lanes.words)):
            lanes = self.lanes.rows(word, codes, first, spare)
            start = word * lanes.shape[1]
            for lane in range(min(lanes.shape[1], len(self.features) - start)):
                leaf = start + lane
                states, which = _distinct(lanes[:, lane], d)
                shares = self._shares(leaf, states)
                total = totals[self.outputs[leaf]]
                for feature, share in zip(self.features[leaf].tolist(), shares, strict=True):
                    share.take(which, out=found, mode="wrap")
                    np.add(total[feature], found, out=total[feature])

    def _shares(self, leaf: int, states: NDArray[np.unsignedinteger]) -> Floats:
        """Each feature's share for masks of met features, shape `(d, n_states)`."""
        d = self.features.shape[1]
        product: Floats | float = 1.0
        for low in range(0, d, GROUP_BITS):
            part = products(self.of[leaf : leaf + 1, low : low + GROUP_BITS])[0]
            of_part = states >> states.dtype.type(low) & states.dtype.type(len(part) - 1)
            product = product * part.take(of_part, axis=0)
        both = self.moves[leaf].reshape(2 * d, -1) @ np.asarray(product).T
        met = states >> np.arange(d, dtype=states.dtype)[:, np.newaxis] & states.dtype.type(1)
        return np.asarray(np.where(met, both[1::2], both[0::2]))


def _distinct(
    states: NDArray[np.unsignedinteger], d: int
) -> tuple[NDArray[np.unsignedinteger], Positions]:
    """The distinct states, and the place of each row's among them."""
    if d > _FEW_FEATURES:
        distinct, which = np.unique(states, return_inverse=True)
        return distinct, which
    at = states.astype(np.intp)
    place = np.zeros(1 << d, dtype=np.intp)
    place[at] = 1
    shown = np.flatnonzero(place)
    place[shown] = np.arange(len(shown))
    return shown.astype(states.dtype), place.take(at)
