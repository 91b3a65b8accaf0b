"""`Curve`: whether more rows or more time would help, noted while a search goes on."""

from __future__ import annotations

from typing import ClassVar

from relevo.learn.candidate import Candidate
from relevo.learn.fold_fit import FoldDone
from relevo.learn.folds import Folds
from relevo.learn.learner import LearningCurve, Target
from relevo.learn.links import score_loss


class Curve:
    """Losses by rows and by time, as fits end.

    Attributes
    ----------
    wanted
        Whether a configuration is still to be tried on fewer rows.
    shares
        Of the rows, besides all.

    """

    shares: ClassVar[tuple[float, ...]] = (0.25, 0.5)

    def __init__(self) -> None:
        self.wanted = True
        self._by_rows: dict[int, float] = {}
        self._by_time: list[tuple[float, float]] = []

    def note_share(self, done: FoldDone, folds: Folds) -> None:
        """A fit on a share of the rows has ended."""
        if done.attempt:
            self._by_rows[round(done.share * len(folds.part(done.fold)))] = done.attempt.loss

    def note_candidate(
        self, candidate: Candidate, seconds: float, target: Target, folds: Folds
    ) -> None:
        """A candidate has ended in all folds, so many seconds after the start."""
        self._by_time.append((seconds, candidate.loss))
        if candidate.learner.name == "boosting" and len(folds.part(0)) not in self._by_rows:
            held = target.take(folds.held(0))
            whole = score_loss(candidate.attempts[0].scores, held)
            self._by_rows.setdefault(len(folds.part(0)), whole)

    def learnt(self) -> LearningCurve:
        """The curve so far."""
        rows = sorted(self._by_rows)
        best, losses = float("inf"), []
        for _, loss in self._by_time:
            best = min(best, loss)
            losses.append(best)
        return LearningCurve(
            tuple(rows),
            tuple(self._by_rows[count] for count in rows),
            tuple(seconds for seconds, _ in self._by_time),
            tuple(losses),
        )
