"""`Searched`: the way to a predictor that all learners share which a search can drive."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Generic, TypeVar, cast

from relevo.compute.budget import Budget
from relevo.errors import OptionMistake
from relevo.learn.attempt import Tunable
from relevo.learn.classes import with_known_classes
from relevo.learn.holdout import hold_out
from relevo.learn.learner import Predictor, Target
from relevo.learn.rows import Rows
from relevo.prepare.matrix import Matrix

Own = TypeVar("Own", bound=Predictor)

_SHARE_TO_CHOOSE = 0.42  # of the budget; training on all rows then takes a quarter more


class Searched(ABC, Generic[Own]):
    """Base of learners that try on a part of the rows, complete on all, and fine-tune.

    Attributes
    ----------
    name
        The learner's name; also the `kind` of its predictors.

    """

    name: ClassVar[str]

    def fit(
        self, matrix: Matrix, target: Target, budget: Budget, warm: Predictor | None = None
    ) -> Own:
        """Train from scratch, or, with `warm`, fine-tune that predictor on these rows.

        `warm` itself is never changed; it is given back when no change is better on rows held back.

        Raises
        ------
        OptionMistake
            When `warm` is of another kind, or does not know a class of the target.

        """
        rows = Rows(matrix, target)
        if warm is None:
            made = cast(Tunable, self).made_for(rows)
            part, held = hold_out(rows, made.ordered, made.seed)
            attempt = made.attempt(part, held, budget.part(_SHARE_TO_CHOOSE))
            return cast(Own, made.complete(attempt, rows, budget))
        if warm.kind != self.name:
            raise OptionMistake("learn.other_kind", kind=warm.kind, learner=self.name)
        own: Any = warm
        if not len(rows):
            return cast(Own, own)
        known = Rows(matrix, with_known_classes(target, own.classes))
        return self.fine_tune(own, known, budget)

    @abstractmethod
    def fine_tune(self, warm: Own, rows: Rows, budget: Budget) -> Own:
        """A copy of `warm` brought closer to rows whose classes it knows, or `warm` itself."""
