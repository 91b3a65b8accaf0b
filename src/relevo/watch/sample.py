"""`Sample`: rows whose columns are made ready for a comparison one at a time."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import polars as pl

from relevo.data.table import Table
from relevo.validate.target.kinds import kind_of
from relevo.watch.side import Rows, Side, date_side, number_side, word_side

LEAST_SAMPLED, MOST_SAMPLED = 4_000, 20_000  # rows for the covariance; means stand on all rows
SAMPLED_PER_COLUMN = 50
MANY_ROWS = 100_000  # of which the counts of all columns at once would take much memory
ROWS = "\0rows"  # no column of words is called so


class Sample:
    """Rows in any form that `relevo.data.table.Table.of` reads.

    Parameters
    ----------
    source
        The rows.
    seed
        Chooses those that the covariance is taken from.
    skip
        Columns to leave out.

    """

    def __init__(self, source: object, seed: int = 0, skip: Collection[str] = ()) -> None:
        self._frame = Table.of(source).data.drop(*skip, strict=False)
        self._sampled = _chosen(self._frame.height, sampled_of(self._frame.width), seed)
        self._words = _counted(self._frame)

    @property
    def rows(self) -> int:
        """How many there are."""
        return self._frame.height

    @property
    def columns(self) -> tuple[str, ...]:
        """Their names, in order."""
        return tuple(self._frame.columns)

    def side(self, name: str) -> Side:
        """A column in order, or counted; computed anew at each call."""
        column = self._frame[name]
        kind = kind_of(column)
        if kind == "number":
            return number_side(column, self._sampled)
        return word_side(column, self._words[name], self._sampled) if kind else date_side(column)


def sampled_of(columns: int) -> int:
    """How many rows of a table of so many columns the covariance is taken from."""
    return min(MOST_SAMPLED, max(LEAST_SAMPLED, SAMPLED_PER_COLUMN * columns))


def _chosen(rows: int, wanted: int, seed: int) -> Rows:
    if rows <= wanted:
        return np.arange(rows)
    return np.sort(np.random.default_rng(seed).choice(rows, wanted, replace=False))


def _counted(frame: pl.DataFrame) -> dict[str, dict[str, int]]:
    """The rows of each word in each column: of few rows in one query, of many one by one."""
    names = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    many = frame.height > MANY_ROWS
    queries = [[name] for name in names] if many else [names]
    words: dict[str, dict[str, int]] = {}
    for query in queries:
        counted = frame.select(pl.col(query).value_counts(name=ROWS).implode())
        for column in counted.get_columns():
            counts = column[0].struct
            of = dict(zip(counts.field(column.name), counts.field(ROWS), strict=True))
            of.pop(None, None)
            words[column.name] = of
    return words
