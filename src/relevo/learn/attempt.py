"""`Attempt` and `Tunable`: how a search tries a learner's settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from relevo.compute.budget import Budget
from relevo.learn.abilities import Abilities
from relevo.learn.learner import Floats, Learner, Predictor
from relevo.learn.rows import Rows

Shared = dict[object, Any]


class Averageable(Predictor, Protocol):
    """A predictor whose raw scores can be averaged with those of others into one of its kind."""

    merges: ClassVar[bool]  # whether the average of several is as small and quick as one of them

    @property
    def like(self) -> object:
        """What predictors must have in common to be averaged into one."""
        ...

    @classmethod
    def average(cls, members: Any, weights: Floats) -> Any:
        """One predictor with the weighted mean raw score of `members`, all of its kind.

        Weights have the shape `(n_members, n_outputs)`.
        """
        ...


@dataclass(frozen=True)
class Attempt:
    """One configuration, trained on a part of the rows and judged on the rows held back.

    Attributes
    ----------
    predictor
        Trained on the part only.
    scores
        Its raw scores of the rows held back, shape `(n_held_rows, n_outputs)`.
    loss
        Log loss or squared error on the rows held back.
    learner, settings
        What was tried; the settings include what early stopping found, such as `trees`.
    seconds
        Wall time of the training.
    seconds_per_row
        What completing it would cost for each row.
    latency_us
        Time to predict one row, in microseconds; measured by the search.

    """

    predictor: Averageable
    scores: Floats
    loss: float
    learner: str
    settings: Mapping[str, Any]
    seconds: float
    seconds_per_row: float
    latency_us: float = 0.0


class Tunable(Learner, Protocol):
    """A learner that a search can drive: try on a part, then complete on all rows."""

    abilities: ClassVar[Abilities]

    @property
    def ordered(self) -> bool:
        """Whether rows come in the order of time."""
        ...

    @property
    def seed(self) -> int:
        """Of its random parts."""
        ...

    def made_for(self, rows: Rows, shared: Shared | None = None) -> Tunable:
        """The learner with what all its fits have in common: how they see the features.

        That makes their predictors averageable. `shared` holds what learners made before have
        learnt of the same rows.
        """
        ...

    def attempt(self, part: Rows, held: Rows, budget: Budget) -> Attempt:
        """Train on `part`, stop early and judge by `held`; always gives a predictor."""
        ...

    def complete(self, attempt: Attempt, rows: Rows, budget: Budget) -> Averageable:
        """Train on all rows as the attempt found best; its own predictor when time is short."""
        ...
