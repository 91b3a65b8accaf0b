"""The protocols that strategies know: `Learner`, `Predictor`, and the `Prediction` they give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import nan
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.learn.whole import Whole
from relevo.prepare.matrix import Matrix

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Target:
    """What is to be predicted, for each row of a matrix.

    Attributes
    ----------
    values
        Shape `(n_rows,)`: the number, or the position of the row's class in `classes`.
    classes
        The labels of a classification, in order; empty for a regression.
    weight
        Shape `(n_rows,)`, or None when every row counts the same.
    whole
        In a classification, what the scores are a part of: losses and steps are the whole's. None
        when they stand alone.

    """

    values: Floats
    classes: tuple[Any, ...] = ()
    weight: Floats | None = None
    whole: Whole | None = None

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: NDArray[np.intp] | slice) -> Target:
        """The target of some of the rows."""
        weight = None if self.weight is None else self.weight[rows]
        whole = self.whole and self.whole.take(rows)
        return Target(self.values[rows], self.classes, weight, whole)

    def part(self, gain: Floats, rest: Floats) -> Target:
        """What a score is to say when `gain * score + rest` is to be this target, see `Whole`."""
        if self.classes:
            return replace(self, whole=Whole(gain, rest))
        return self.scaled(float(gain[0]), rest[:, 0])

    def in_all(self, scores: Floats) -> Floats:
        """The scores that are judged, `(n_rows, n_outputs)`: of the whole, if there is one."""
        return self.whole(scores) if self.whole else scores

    @property
    def gain(self) -> Floats | float:
        """How much the scores that are judged change with those that are learnt, `(n_outputs,)`."""
        return self.whole.gain if self.whole else 1.0

    def scaled(self, factor: float, shift: float | Floats) -> Target:
        """A regression's target in the units in which `factor * values + shift` is this one."""
        if self.classes:
            return self
        return Target((self.values - shift) / factor, (), self.weight)


@dataclass(frozen=True)
class Prediction:
    """What a predictor says of each row.

    Attributes
    ----------
    values
        Shape `(n_rows,)`: the number, or the position of the most probable class.
    probabilities
        Shape `(n_rows, n_classes)` for a classification, else None.
    unseen
        Shape `(n_rows,)`: whether the row is of a segment that was not learnt from; None when the
        predictor knows of no segments.

    """

    values: Floats
    probabilities: Floats | None = None
    unseen: NDArray[np.bool_] | None = None


class Predictor(Protocol):
    """A trained thing that predicts; nothing downstream knows how it was trained."""

    @property
    def kind(self) -> str:
        """The name under which `relevo.learn.registry` loads it again."""
        ...

    @property
    def size_mb(self) -> float:
        """About what `save` writes, in 10^6 bytes."""
        ...

    def predict(self, matrix: Matrix) -> Prediction:
        """The prediction for each row of the matrix."""
        ...

    def predict_row(self, values: Floats) -> Floats:
        """Probabilities `(n_classes,)`, or the number as shape `(1,)`, of one row `(n_features,)`.

        The short way: no data frame, no copy.
        """
        ...

    def scores(self, matrix: Matrix) -> Floats:
        """Raw scores `(n_rows, n_outputs)`: the number itself, or log-odds, or logits."""
        ...

    def scores_row(self, values: Floats) -> Floats:
        """Raw scores `(n_outputs,)` of one row `(n_features,)`."""
        ...

    def contributions(self, matrix: Matrix) -> Floats:
        """What each feature adds to the score, additive.

        Shape `(n_rows, n_outputs, n_features + 1)`; the last column is the base value; a row's
        sum is its raw score (log-odds for classification), exactly.
        """
        ...

    def contributions_row(self, values: Floats) -> Floats:
        """The same of one row `(n_features,)`, shape `(n_outputs, n_features + 1)`."""
        ...

    def sampled_contributions(self, matrix: Matrix) -> tuple[Floats, Floats | None]:
        """`contributions`, and the standard errors of those that are sampled.

        The errors, `(n_rows, n_outputs, n_features)`, are None where the contributions are exact.
        """
        ...

    def save(self, folder: Path) -> None:
        """Write files that run no code when they are loaded."""
        ...


@runtime_checkable
class KnowsSegments(Protocol):
    """A predictor that knows which segments it has learnt from."""

    def unseen(self, matrix: Matrix) -> NDArray[np.bool_]:
        """Which rows are of a segment that was not learnt from, `(n_rows,)`."""
        ...

    def unseen_row(self, values: Floats) -> bool:
        """Whether one row `(n_features,)` is of such a segment."""
        ...


@dataclass(frozen=True)
class Trial:
    """One configuration that a learner tried.

    Attributes
    ----------
    learner, settings
        What was tried.
    loss
        Log loss or squared error on rows held back from the fit (never the judged rows); infinite
        when the trial failed.
    seconds
        Time of its fits, added up over the folds.
    interval
        Low and high end of the loss, 95 %, by the spread of the held rows' losses.
    share
        What part of the chosen ensemble's weight it has; zero when it is not a member.
    latency_us
        Time to predict one row, in microseconds, all its folds together.
    size_mb
        Size on disk, in 10^6 bytes, all its folds together.
    why
        Why it failed or was left early; empty when it went to its end.

    """

    learner: str
    settings: Mapping[str, Any]
    loss: float
    seconds: float
    interval: tuple[float, float] = (nan, nan)
    share: float = 0.0
    latency_us: float = nan
    size_mb: float = nan
    why: str = ""


@dataclass(frozen=True)
class LearningCurve:
    """How the loss on held rows fell with rows and with time.

    Attributes
    ----------
    rows, losses
        How many rows the same configuration was trained on, ascending, and its loss.
    seconds, best
        When a configuration ended, and the least loss of one by then.

    """

    rows: tuple[int, ...] = ()
    losses: tuple[float, ...] = ()
    seconds: tuple[float, ...] = ()
    best: tuple[float, ...] = ()

    @property
    def gain_of_rows(self) -> float:
        """By what share the loss is likely to fall with twice the rows; NaN when not measured.

        Losses follow a power of the number of rows (Hestness et al., 2017), so each doubling's fall
        is a constant share of the one before.
        """
        if len(self.losses) < 3:
            return nan
        first, second, third = self.losses[-3:]
        before, fall = first - second, second - third
        if fall <= 0.0 or third <= 0.0:
            return 0.0
        return fall * (min(1.0, fall / before) if before > 0.0 else 1.0) / third

    @property
    def gain_of_time(self) -> float:
        """By what share the least loss fell in the second half of the time; NaN when unknown."""
        half = self.seconds[-1] / 2.0 if self.seconds else 0.0
        by_then = [loss for at, loss in zip(self.seconds, self.best, strict=True) if at <= half]
        if not by_then or self.best[-1] <= 0.0:
            return nan
        return (by_then[-1] - self.best[-1]) / self.best[-1]


@dataclass(frozen=True)
class HeldScores:
    """Raw scores of rows, by fits that had not learnt from them.

    Attributes
    ----------
    rows
        Which of the rows that a search was given, ascending, shape `(n_held,)`.
    scores
        Shape `(n_held, n_outputs)`, calibrated as the predictor's.

    """

    rows: NDArray[np.intp]
    scores: Floats


@dataclass(frozen=True)
class Fit:
    """A predictor, the trials it was chosen from, best first, and how the loss fell.

    `held` is what its members said of rows held back, where they were searched for.
    """

    predictor: Predictor
    trials: tuple[Trial, ...] = field(default=())
    curve: LearningCurve = field(default_factory=LearningCurve)
    held: HeldScores | None = None


class Learner(Protocol):
    """Trains one predictor."""

    name: str

    def fit(
        self, matrix: Matrix, target: Target, budget: Budget, warm: Predictor | None = None
    ) -> Predictor:
        """Train from scratch, or, with `warm`, fine-tune that predictor on these rows.

        `warm` itself is never changed. Ends within the budget with the best so far.
        """
        ...
