"""`Attempt` and `Tunable`: how a search tries a learner's settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from relevo.compute.budget import Budget
from relevo.learn.learner import Learner, Predictor, Trial
from relevo.learn.rows import Rows


@dataclass(frozen=True)
class Attempt:
    """One configuration, trained on a part of the rows and judged on the rows held back.

    Attributes
    ----------
    predictor
        Trained on the part only.
    loss
        Log loss or squared error on the rows held back.
    learner, settings
        What was tried; the settings include what early stopping found, such as `trees`.
    seconds
        Wall time of the training.
    seconds_per_row
        What completing it would cost for each row.

    """

    predictor: Predictor
    loss: float
    learner: str
    settings: Mapping[str, Any]
    seconds: float
    seconds_per_row: float

    @property
    def trial(self) -> Trial:
        """The attempt as it is recorded."""
        return Trial(self.learner, self.settings, self.loss, self.seconds)


class Tunable(Learner, Protocol):
    """A learner that a search can drive: try on a part, then complete on all rows."""

    def attempt(self, part: Rows, held: Rows, budget: Budget) -> Attempt:
        """Train on `part`, stop early and judge by `held`; always gives a predictor."""
        ...

    def complete(self, attempt: Attempt, rows: Rows, budget: Budget) -> Predictor:
        """Train on all rows as the attempt found best; its own predictor when time is short."""
        ...
