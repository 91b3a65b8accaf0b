"""`Candidate`: one configuration and what came of it in each fold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from relevo.learn.attempt import Attempt, Averageable, Tunable
from relevo.learn.folds import Folds
from relevo.learn.learner import Floats, Target, Trial
from relevo.learn.links import row_losses


@dataclass
class Candidate:
    """One configuration of a search.

    Attributes
    ----------
    place
        Its number, in the order in which it was begun.
    learner
        Ready to be tried.
    attempts
        What came of each fold that has ended.
    why
        Why it failed or was left; empty otherwise.
    forgotten
        What is told of it after its attempts were let go.

    """

    place: int
    learner: Tunable
    settings: Mapping[str, Any]
    attempts: dict[int, Attempt] = field(default_factory=dict)
    why: str = ""
    forgotten: Trial | None = None

    @property
    def loss(self) -> float:
        """The mean loss over its folds; infinite when there is none, or it failed."""
        if self.forgotten:
            return self.forgotten.loss
        if self.why or not self.attempts:
            return float("inf")
        # In the order of folds, not of their ends, so that the sum is the same every time.
        return float(np.mean([self.attempts[fold].loss for fold in sorted(self.attempts)]))

    @property
    def seconds(self) -> float:
        """Time of all its fits."""
        return sum(attempt.seconds for attempt in self.attempts.values())

    @property
    def latency_us(self) -> float:
        """Time to predict one row with the predictors of all folds."""
        return sum(attempt.latency_us for attempt in self.attempts.values())

    @property
    def size_mb(self) -> float:
        """Size of the predictors of all folds, in 10^6 bytes."""
        return sum(attempt.predictor.size_mb for attempt in self.attempts.values())

    @property
    def predictors(self) -> list[Averageable]:
        """One for each fold."""
        return [self.attempts[fold].predictor for fold in sorted(self.attempts)]

    def covers(self, wanted: range) -> bool:
        """Whether it ended well in all these folds."""
        return not self.why and all(fold in self.attempts for fold in wanted)

    def scores(self, folds: Folds, of: range) -> Floats:
        """Raw scores of the rows that these folds hold back, in the order of the rows."""
        rows = np.concatenate([folds.held(fold) for fold in of])
        scores = np.concatenate([self.attempts[fold].scores for fold in of])
        return np.asarray(scores[np.argsort(rows, kind="stable")])

    def trial(self, target: Target, folds: Folds, share: float) -> Trial:
        """What is told of it, its interval by the spread of the losses of its held rows."""
        if self.forgotten:
            return self.forgotten
        settings = dict(self.settings)
        if self.attempts:
            settings |= self.attempts[min(self.attempts)].settings
        common = (self.learner.name, settings, self.loss, self.seconds)
        if not np.isfinite(self.loss):
            return Trial(*common, why=self.why)
        reach = 1.96 * self._standard_error(target, folds)
        interval = (self.loss - reach, self.loss + reach)
        return Trial(*common, interval, share, self.latency_us, self.size_mb, self.why)

    def forget(self, target: Target, folds: Folds) -> None:
        """Let the attempts go, which hold most of a search's memory."""
        self.forgotten = self.trial(target, folds, 0.0)
        self.attempts.clear()

    def _standard_error(self, target: Target, folds: Folds) -> float:
        losses = np.concatenate(
            [
                row_losses(attempt.scores, target.take(folds.held(fold)))
                for fold, attempt in sorted(self.attempts.items())
            ]
        )
        return float(losses.std() / np.sqrt(len(losses)))
