"""`Strategy`: how learners meet rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.compute.runner import Runner
from relevo.learn.learner import Fit, Predictor, Target, Trial
from relevo.learn.limits import Limits
from relevo.prepare.matrix import Matrix


@dataclass(frozen=True)
class TrainingRows:
    """Rows to learn from, in both forms.

    Attributes
    ----------
    frame
        The table, with the columns that a strategy may divide it by (segment, site, device).
    matrix, target
        The same rows prepared, shapes `(n_rows, n_features)` and `(n_rows,)`.
    ordered
        Whether the rows are in the order of time.
    groups
        Shape `(n_rows,)`: rows of the same number are never both learnt from and held back.
    blocks
        Shape `(n_rows,)`: rows of the same number (of one day) are not independent of each other.

    """

    frame: pl.DataFrame
    matrix: Matrix
    target: Target
    ordered: bool
    groups: NDArray[np.intp] | None = None
    blocks: NDArray[np.intp] | None = None


class Strategy(Protocol):
    """Trains one predictor on rows, wherever these are, on any runner.

    Attributes
    ----------
    name
        What `--strategy` calls it.
    keys
        The columns whose values divide the rows: their keys are the matrix' last features.

    """

    name: str
    keys: tuple[str, ...]

    def fit(
        self,
        rows: TrainingRows,
        budget: Budget,
        *,
        learner: str,
        runner: Runner,
        seed: int = 0,
        warm: Predictor | None = None,
        trials: int | None = None,
        limits: Limits = Limits(),  # noqa: B008 (frozen)
        keep: Path | None = None,
        progress: Callable[[Trial], None] | None = None,
    ) -> Fit:
        """Train from scratch, or fine-tune `warm`; ends within the budget."""
        ...
