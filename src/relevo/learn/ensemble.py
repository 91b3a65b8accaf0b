"""`Ensemble`: fine-tunes what a search gave, member by member."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from relevo.compute.budget import Budget
from relevo.errors import OptionMistake
from relevo.learn.classes import with_known_classes
from relevo.learn.ensemble_predictor import EnsemblePredictor, Member
from relevo.learn.learner import Predictor, Target
from relevo.learn.registry import learner
from relevo.prepare.matrix import Matrix


@dataclass(frozen=True)
class Ensemble:
    """Fine-tunes an ensemble; from scratch that is what `relevo.learn.search` is for.

    Parameters
    ----------
    ordered
        Whether the rows are in the order of time.
    seed, threads
        Of the random parts; how many threads may be used.

    """

    ordered: bool = False
    seed: int = 0
    threads: int = 1

    name = "ensemble"

    def fit(
        self, matrix: Matrix, target: Target, budget: Budget, warm: Predictor | None = None
    ) -> EnsemblePredictor:
        """Fine-tune each member on these rows, the weightiest first, with a share of the time.

        Each is tuned on what the whole ensemble says in the end, calibrated, if all members moved
        as it does: the losses are convex, so that what these moves gain as a weighted mean the
        ensemble gains at least. On a loss of its own, a member would learn to be as sure as the
        calibration makes it already.

        Gives `warm` itself when no member is better for it.

        Raises
        ------
        OptionMistake
            When there is no ensemble to start from, or it does not know a class of the target.

        """
        if not isinstance(warm, EnsemblePredictor):
            kind = warm.kind if warm else "-"
            raise OptionMistake("learn.other_kind", kind=kind, learner=self.name)
        target = with_known_classes(target, warm.classes)
        order = sorted(
            range(len(warm.members)), key=lambda place: -warm.members[place].weight.mean()
        )
        tuned, now = list(warm.members), warm.scores(matrix)
        gain = warm.calibration.slope * np.sum([member.weight for member in tuned], axis=0)
        for done, place in enumerate(order):
            if budget.spent:
                break
            member = tuned[place]
            part = target.part(gain, now - gain * member.predictor.scores(matrix))
            tuned[place] = self._tuned(member, matrix, part, budget.part(1.0 / (len(order) - done)))
        if all(one is member for one, member in zip(tuned, warm.members, strict=True)):
            return warm
        return EnsemblePredictor(
            tuned, warm.features, warm.classes, warm.calibration, warm.spread, warm.settings
        )

    def _tuned(self, member: Member, matrix: Matrix, target: Target, budget: Budget) -> Member:
        common = {"seed": self.seed, "ordered": self.ordered, "threads": self.threads}
        own = learner(member.predictor.kind, **common)
        tuned = own.fit(matrix, target, budget, warm=member.predictor)
        return member if tuned is member.predictor else replace(member, predictor=tuned)
