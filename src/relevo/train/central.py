"""Central training: all rows in one place."""

from __future__ import annotations

from collections.abc import Callable

from relevo.compute.budget import Budget
from relevo.compute.runner import Runner
from relevo.learn.learner import Fit, Predictor, Trial
from relevo.learn.registry import learner as learner_named
from relevo.learn.search import search
from relevo.train.strategy import TrainingRows


class Central:
    """The search over learners and configurations, on all rows at once."""

    name = "central"

    def fit(
        self,
        rows: TrainingRows,
        budget: Budget,
        *,
        learner: str = "auto",
        runner: Runner,
        seed: int = 0,
        warm: Predictor | None = None,
        progress: Callable[[Trial], None] | None = None,
    ) -> Fit:
        """Search from scratch, or fine-tune `warm` with the learner that made it."""
        if warm is not None:
            tuned = learner_named(
                warm.kind, seed=seed, ordered=rows.ordered, threads=runner.threads_per_task
            )
            return Fit(tuned.fit(rows.matrix, rows.target, budget, warm=warm))
        learners = ("linear", "boosting") if learner == "auto" else (learner,)
        return search(
            rows.matrix,
            rows.target,
            budget,
            learners=learners,
            runner=runner,
            seed=seed,
            ordered=rows.ordered,
            progress=progress,
        )
