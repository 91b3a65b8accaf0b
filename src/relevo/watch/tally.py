"""`Tally`: one column of a stream, counted at the reference's quantiles or by category."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from relevo.errors import DataMistake
from relevo.validate.kinds import is_name, is_running, kind_of, numbers_of
from relevo.watch.bins import Bins
from relevo.watch.column import FAMILIES
from relevo.watch.side import Floats, Kind, Side

MOST_NEW = 100_000  # further categories that the reference lacks are counted together
FURTHER = "\0further"


@dataclass(frozen=True, eq=False)
class Tally:
    """What has come of a column so far.

    Attributes
    ----------
    before
        The reference's side of it.
    rows, known
        So far: all, and those with a finite number or a word.
    bins
        Of numbers.
    words
        The rows of each category.
    running
        Whether only numbers of rows came.

    """

    before: Side
    rows: int = 0
    known: int = 0
    bins: Bins | None = None
    words: Mapping[str, int] = field(default_factory=dict)
    running: bool = True

    @classmethod
    def of(cls, before: Side) -> Tally:
        """Nothing yet."""
        counted = FAMILIES.get(before.kind) == "number" and before.known
        return cls(before, bins=Bins.between(before.values) if counted else None)

    def with_column(self, column: pl.Series) -> Tally:
        """The same with more rows.

        Raises
        ------
        DataMistake
            When numbers came before and words come now, or the other way round.

        """
        kind = kind_of(column)
        self._check(column, kind)
        rows = self.rows + len(column)
        if kind == "number":
            values = numbers_of(column)
            values = values[~np.isnan(values)]
            bins = self.bins.with_values(values) if self.bins is not None else None
            running = self.running and self.before.kind == "running" and is_running(column)
            known = self.known + len(values)
            return replace(self, rows=rows, known=known, bins=bins, running=running)
        known = self.known + len(column) - column.null_count()
        if kind is None or self.bins is not None or self.before.kind == "name":
            return replace(self, rows=rows, known=known)
        return replace(self, rows=rows, known=known, words=self._with_words(column))

    def side(self, sampled: pl.Series) -> Side:
        """The side of all that came; `sampled` are rows of it."""
        told = Side("category", self.before.type, self.rows, self.known)
        if self.bins is not None:
            kind: Kind = "running" if self.running else "number"
            places = _numbers_or_nothing(sampled)
            return replace(told, kind=kind, bins=self.bins, sampled=places)
        if FAMILIES.get(self.before.kind) != "category":
            return replace(told, kind=self.before.kind)
        names = tuple(sorted(self.words))
        known = {name: at for at, name in enumerate(names)}
        shown = sampled.cast(pl.String).to_list()
        return replace(
            told,
            kind="name" if is_name(len(names), self.known) else "category",
            names=names,
            counts=np.array([self.words[name] for name in names], dtype=np.int64),
            sampled=np.array([known.get(word, np.nan) for word in shown], dtype=np.float64),
        )

    def _check(self, column: pl.Series, kind: str | None) -> None:
        empty = column.null_count() == len(column) or not self.before.known
        if not empty and kind != FAMILIES.get(self.before.kind):
            raise DataMistake(
                "watch.type_changed",
                column=column.name,
                reference=self.before.type,
                current=column.dtype,
            )

    def _with_words(self, column: pl.Series) -> dict[str, int]:
        counted = column.drop_nulls().value_counts(name="\0rows")
        words = dict(self.words)
        most = len(self.before.names) + MOST_NEW
        known = set(self.before.names) if len(words) + counted.height > most else set()
        for word, rows in counted.iter_rows():
            name = word if word in words or len(words) < most or word in known else FURTHER
            words[name] = words.get(name, 0) + rows
        return words


def _numbers_or_nothing(sampled: pl.Series) -> Floats:
    numeric = kind_of(sampled) == "number"
    return numbers_of(sampled) if numeric else np.full(len(sampled), np.nan)
