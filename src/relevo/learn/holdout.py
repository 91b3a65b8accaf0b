"""`hold_out`: set rows aside, so that choices are not judged on the rows that were learnt from."""

from __future__ import annotations

from relevo.learn.folds import folds
from relevo.learn.rows import Rows


def hold_out(rows: Rows, ordered: bool, seed: int) -> tuple[Rows, Rows]:
    """The rows to learn from and the rows to choose by, see `folds`; a single row is both."""
    cut = folds(rows.target, 1, ordered=ordered, seed=seed)
    return rows.take(cut.part(0)), rows.take(cut.held(0))
