"""`Tally`: one column of a stream, counted at the reference's quantiles or by category."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from relevo.errors import DataMistake
from relevo.validate.target.kinds import is_name, is_running, kind_of, numbers_of
from relevo.watch.bins import QUANTILES, Bins
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
    def of(cls, before: Side, quantiles: int = QUANTILES) -> Tally:
        """Nothing yet."""
        counted = FAMILIES.get(before.kind) == "number" and before.known
        return cls(before, bins=Bins.between(before.values, quantiles) if counted else None)

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

    def with_tally(self, other: Tally, times: int = 1) -> Tally:
        """Both together; without the other where `times` is -1."""
        words = dict(self.words)
        for word, rows in other.words.items():
            words[word] = words.get(word, 0) + times * rows
        bins = self.bins
        if bins is not None and other.bins is not None:
            bins = bins.with_bins(other.bins, times)
        return replace(
            self,
            rows=self.rows + times * other.rows,
            known=self.known + times * other.known,
            bins=bins,
            words={word: rows for word, rows in words.items() if rows},
            running=self.running and other.running,
        )

    def of_reference(self) -> Tally:
        """The reference's own rows, counted alike."""
        before = self.before
        return replace(
            self,
            rows=before.rows,
            known=before.known,
            bins=None
            if self.bins is None
            else Bins.empty(self.bins.edges).with_values(before.values),
            words=dict(zip(before.names, before.counts.tolist(), strict=True)),
            running=before.kind == "running",
        )

    def side(self, sampled: pl.Series) -> Side:
        """The side of all that came; `sampled` are rows of it."""
        if FAMILIES.get(self.before.kind) == "number":
            numeric = kind_of(sampled) == "number"
            return self.counted(numbers_of(sampled) if numeric else np.full(len(sampled), np.nan))
        counted = self.counted()
        places = {name: at for at, name in enumerate(counted.names)}
        words = sampled.cast(pl.String).to_list()
        found = np.array([places.get(word, np.nan) for word in words], dtype=np.float64)
        return replace(counted, sampled=found)

    def counted(self, sampled: Floats | None = None) -> Side:
        """The same with sampled rows as a side has them, or none."""
        told = Side(
            self.before.kind,
            self.before.type,
            self.rows,
            self.known,
            self.before.deviation,
            sampled=np.empty(0) if sampled is None else sampled,
        )
        if FAMILIES.get(self.before.kind) == "number":
            kind: Kind = "running" if self.running else "number"
            return replace(told, kind=kind, bins=self.bins)
        if FAMILIES.get(self.before.kind) != "category":
            return told
        names = tuple(sorted(self.words))
        counts = np.array([self.words[name] for name in names], dtype=np.int64)
        kind = "name" if is_name(len(names), self.known) else "category"
        return replace(told, kind=kind, names=names, counts=counts)

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
