"""`TreeContributions`: exact Shapley values along the trees, by looking them up."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from relevo.learn.deep_leaves import MOST_FEATURES, DeepLeaves
from relevo.learn.feature_codes import FeatureCodes
from relevo.learn.forest import Forest, Positions, read_forest
from relevo.learn.leaf_paths import LeafPaths
from relevo.learn.learner import Floats
from relevo.learn.tree_tables import TreeTables

FEWEST_ROWS = 512
_LEAVES_AT_ONCE = 1_500
_MOST_ROWS_AT_ONCE, _NUMBERS_AT_ONCE = 8_192, 1 << 19
# Tables take as long as LightGBM needs for 270 rows, for shallow trees for more; measured from 2 to
# 255 leaves. Half as many again, and the tables win on any machine.
_MORE_ROWS_WHEN_SHALLOW = 2_000.0
_BYTES_OF_LEAF, _MOST_BYTES = 6_000, 64_000_000


@dataclass(frozen=True, eq=False)
class _Block:
    """Some trees: the leaves that have tables, and those that are too deep."""

    tables: TreeTables
    deep: tuple[DeepLeaves, ...]

    @classmethod
    def of(cls, forest: Forest, trees: range, codes: FeatureCodes) -> _Block:
        paths = LeafPaths.of(forest, trees)
        tables = TreeTables.of(forest, paths, codes)
        return cls(tables, DeepLeaves.all_of(forest, paths, codes))

    def add(self, totals: Floats, codes: Positions, first: Positions) -> None:
        self.tables.add(totals, codes, first)
        for deep in self.deep:
            deep.add(totals, codes, first)


class _Kept:
    """All trees' tables, for one row after the other."""

    def __init__(self, block: _Block, n_outputs: int, used: Positions, n_features: int) -> None:
        self.tables = block.tables.by_row()
        self.deep = tuple(one.by_row() for one in block.deep)
        self.size = n_outputs * (n_features + 1)

        def columns(places: Positions, outputs: Positions) -> Positions:
            of_feature = outputs * (n_features + 1) + used[places]
            return np.where(places < 0, self.size, of_feature).ravel()

        self._columns = columns(self.tables.features, self.tables.outputs[:, np.newaxis])
        self._deep_columns = [columns(one.features.T, one.outputs) for one in self.deep]

    @property
    def size_mb(self) -> float:
        """What it takes of memory, in 10^6 bytes."""
        deep = sum(3 * one.of.nbytes + 3 * one.moves.nbytes for one in self.deep)
        lanes = [self.tables.lanes, *(one.lanes for one in self.deep)]
        words = sum(one.words.nbytes for one in lanes)
        return 1e-6 * (self.tables.tables.nbytes + deep + words)

    def row(self, codes: Positions) -> Floats:
        """What one row's features add, flat."""
        totals = np.bincount(self._columns, self.tables.row(codes).ravel(), self.size + 1)
        for deep, columns in zip(self.deep, self._deep_columns, strict=True):
            totals += np.bincount(columns, deep.row(codes).ravel(), self.size + 1)
        return np.asarray(totals[:-1], dtype=np.float64)


class TreeContributions:
    """What each feature adds to the scores of a booster, path-dependent TreeSHAP.

    The numbers are those of Lundberg et al. (2020). A leaf's part depends only on which of the
    features on its path a row agrees with (Yang, 2021, "Fast TreeSHAP"), so it is computed once for
    every such combination, exactly (see `leaf_shares`), and then looked up: neighbouring leaves
    together, for all rows at once. Leaves with more than eight features on their path have no
    table; for these each combination that some row shows is computed.

    Parameters
    ----------
    forest, codes
        The trees, and how they see a value.
    n_features
        The length of a row.

    """

    def __init__(self, forest: Forest, codes: FeatureCodes, n_features: int) -> None:
        self.forest, self.codes, self.n_features = forest, codes, n_features
        self._lock = Lock()
        self._tables: _Kept | None = None

    @classmethod
    def of(cls, text: str, n_features: int) -> TreeContributions | None:
        """Of a booster in LightGBM's text format; None when only the library can read its kind."""
        forest = read_forest(text)
        codes = None if forest is None else FeatureCodes.of(forest)
        if forest is None or codes is None:
            return None
        longest = min(len(codes.features), int(forest.depths().max()))
        return cls(forest, codes, n_features) if longest <= MOST_FEATURES else None

    @cached_property
    def fewest_rows(self) -> int:
        """From how many rows on this is faster than LightGBM's own way, tables included."""
        square = float(np.mean(self.forest.depths() ** 2.0))
        return FEWEST_ROWS + int(_MORE_ROWS_WHEN_SHALLOW / max(1.0, square))

    @property
    def is_ready(self) -> bool:
        """Whether the tables are there already."""
        return self._tables is not None

    @property
    def tables_mb(self) -> float:
        """What the tables that are kept take of memory, in 10^6 bytes."""
        return self._tables.size_mb if self._tables else 0.0

    @property
    def keeps_tables(self) -> bool:
        """Whether all tables are few enough to be kept for single rows: 64 MB at most."""
        return len(self.forest.values) * _BYTES_OF_LEAF <= _MOST_BYTES

    def __call__(self, values: Floats, threads: int = 0) -> Floats:
        """Contributions `(n_rows, n_outputs, n_features + 1)` of rows `(n_rows, n_features)`.

        Parameters
        ----------
        values
            The rows.
        threads
            How many are used; 0 for all.

        """
        parts = np.zeros((len(values), self.forest.n_outputs, self.n_features + 1))
        parts[:, :, -1] = self.forest.base()
        threads = threads or os.cpu_count() or 1
        slices = self._slices(len(values), threads)
        with ThreadPoolExecutor(threads) as pool:
            codes = list(pool.map(lambda rows: self.codes(values[rows]), slices))
            for blocks in self._blocks(pool, threads):
                filled = (
                    pool.submit(self._fill, parts[rows], own, blocks)
                    for rows, own in zip(slices, codes, strict=True)
                )
                for one in list(filled):
                    one.result()
        return parts

    def row(self, values: Floats) -> Floats:
        """Contributions `(n_outputs, n_features + 1)` of one row `(n_features,)`.

        The first row waits for the tables; any thread may ask.
        """
        parts = self._kept.row(self.codes.row(values)).reshape(self.forest.n_outputs, -1)
        parts[:, -1] = self._base
        return parts

    @property
    def _kept(self) -> _Kept:
        if self._tables is None:
            with self._lock:
                if self._tables is None:
                    block = self._block(range(len(self.forest.first_leaf) - 1))
                    of = self.forest.n_outputs, self.codes.features, self.n_features
                    self._tables = _Kept(block, *of)
        return self._tables

    @cached_property
    def _base(self) -> Floats:
        return self.forest.base()

    def _blocks(self, pool: ThreadPoolExecutor, threads: int) -> Iterator[list[_Block]]:
        """The trees in pieces, as many at once as there are threads to make them."""
        if self._tables is not None:
            yield [_Block(self._tables.tables, self._tables.deep)]
            return
        ranges = self._tree_ranges()
        for start in range(0, len(ranges), threads):
            yield list(pool.map(self._block, ranges[start : start + threads]))

    def _block(self, trees: range) -> _Block:
        return _Block.of(self.forest, trees, self.codes)

    def _tree_ranges(self) -> list[range]:
        first, starts = self.forest.first_leaf, [0]
        while starts[-1] < len(first) - 1:
            last = np.searchsorted(first, first[starts[-1]] + _LEAVES_AT_ONCE, side="right") - 1
            starts.append(max(int(last), starts[-1] + 1))
        return [range(start, stop) for start, stop in pairwise(starts)]

    def _slices(self, n_rows: int, threads: int) -> list[slice]:
        numbers = self.forest.n_outputs * max(1, len(self.codes.features))
        most = max(1, min(_MOST_ROWS_AT_ONCE, _NUMBERS_AT_ONCE // numbers, -(-n_rows // threads)))
        return [slice(start, start + most) for start in range(0, n_rows, most)]

    def _fill(self, parts: Floats, codes: NDArray[np.int32], blocks: Sequence[_Block]) -> None:
        """Add what trees give to rows of these codes."""
        totals = np.zeros((self.forest.n_outputs, *codes.shape))
        at = codes.astype(np.intp)
        for block in blocks:
            block.add(totals, at, self.codes.first)
        parts[:, :, self.codes.features] += totals.transpose(2, 0, 1)
