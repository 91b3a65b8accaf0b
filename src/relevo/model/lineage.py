"""`Lineage`: where a model comes from, enough to make it again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Lineage:
    """Where a model comes from.

    Attributes
    ----------
    created_at
        When training ended, UTC.
    how
        `scratch`, `fine-tune`, or `edit`: changed by hand.
    parent
        The version it was fine-tuned from, or that it challenges; None for the first.
    learner, strategy, runner, seed, budget_seconds, settings
        How it was trained.
    data
        The fingerprint of all rows that were read.
    batches
        The fingerprints of the labelled batches that came after the first data.
    rows_trained, rows_judged
        How many rows trained it and how many judged it.
    effective_rows
        How many rows that weigh the same would say as much as the weighted ones that trained it
        (Kish, 1965); None when nothing but the problem's own column weighed them.
    trained_until
        The newest time among its training rows, when the problem has a time column.
    known_until
        The newest time among its training and judged rows; rows up to there are not new to it.
    seconds, cpu_seconds, peak_memory_mb
        What preparing, training and judging it cost; None for a model of a former relevo.
    versions
        Of relevo and the libraries that a same result needs.

    """

    created_at: datetime
    how: str
    parent: int | None
    learner: str
    strategy: str
    runner: str
    seed: int
    budget_seconds: float
    data: str
    rows_trained: int
    rows_judged: int
    batches: tuple[str, ...] = ()
    effective_rows: float | None = None
    trained_until: datetime | None = None
    known_until: datetime | None = None
    settings: dict[str, object] = field(default_factory=dict)
    seconds: float | None = None
    cpu_seconds: float | None = None
    peak_memory_mb: float | None = None
    versions: dict[str, str] = field(default_factory=dict)
