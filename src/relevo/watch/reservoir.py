"""`Reservoir`: a fair sample of the rows of a stream, in bounded memory."""

from __future__ import annotations

import numpy as np
import polars as pl


class Reservoir:
    """Every row draws a number; those with the smallest stay (Vitter 1985; sorted by key).

    Which rows stay does not depend on how the stream is cut into chunks.

    Parameters
    ----------
    most
        How many rows stay.
    seed
        Of the draws.

    """

    def __init__(self, most: int, seed: int = 0) -> None:
        self._most = most
        self._random = np.random.default_rng(seed)
        self._keys = np.empty(0)
        self._rows = pl.DataFrame()

    @property
    def rows(self) -> pl.DataFrame:
        """The rows that stayed."""
        return self._rows

    def add(self, chunk: pl.DataFrame) -> None:
        """Let every row of a chunk draw; columns that were all missing take the later type."""
        keys = self._random.random(chunk.height)
        if len(self._keys) == self._most:
            hopeful = np.flatnonzero(keys < self._keys[-1])
            keys, chunk = keys[hopeful], chunk[hopeful]
        if not chunk.height:
            return
        rows = [chunk] if self._rows.is_empty() else [self._rows, chunk]
        together = pl.concat(rows, how="diagonal_relaxed")
        drawn = np.concatenate([self._keys, keys])
        kept = np.argsort(drawn)[: self._most]
        self._keys, self._rows = drawn[kept], together[kept]
