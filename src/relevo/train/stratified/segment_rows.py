"""`SegmentRows`: rows whose last features are the keys of their segments."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from relevo.learn.learner import Floats, HeldScores, Target
from relevo.prepare.matrix import Matrix
from relevo.train.stratified.segments import Positions, Segments, combined


@dataclass(frozen=True)
class SegmentRows:
    """Rows to learn from.

    Attributes
    ----------
    matrix
        The prepared rows; the last features are the keys of the segment columns.
    target
        Of these rows.
    labels
        The segment columns as texts, `(n_rows, n_keys)`.
    base_scores
        Of a base, of rows that it was not trained on, `(n_rows, n_outputs)`; None without a base.
    ordered, groups
        As in `TrainingRows`.

    """

    matrix: Matrix
    target: Target
    labels: pl.DataFrame
    base_scores: Floats | None = None
    ordered: bool = False
    groups: Positions | None = None

    @property
    def n_keys(self) -> int:
        """How many segment columns there are."""
        return self.labels.width

    @cached_property
    def segments(self) -> Segments:
        """The rows by segment."""
        n_features = len(self.matrix.features)
        return Segments.of(combined(self.matrix.values[:, n_features - self.n_keys :]))

    @property
    def names(self) -> pl.DataFrame:
        """The labels of each segment, `(n_segments, n_keys)`."""
        segments = self.segments
        return self.labels[segments.order[segments.starts[:-1]]]

    def with_base(self, held: HeldScores) -> SegmentRows:
        """The rows that a base was not trained on, with its scores."""
        rows = held.rows
        return SegmentRows(
            self.matrix.take(rows),
            self.target.take(rows),
            self.labels[rows],
            held.scores,
            self.ordered,
            None if self.groups is None else self.groups[rows],
        )
