"""Central training: all rows in one place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from relevo.compute.budget import Budget
from relevo.compute.runner import Runner
from relevo.learn.learner import Fit, Predictor, Trial
from relevo.learn.limits import Limits
from relevo.learn.registry import SEARCHED
from relevo.learn.registry import learner as learner_named
from relevo.learn.search import search
from relevo.train.strategy import TrainingRows


class Central:
    """The search over learners and configurations, on all rows at once."""

    name = "central"
    keys: tuple[str, ...] = ()

    def fit(
        self,
        rows: TrainingRows,
        budget: Budget,
        *,
        learner: str = "auto",
        runner: Runner,
        seed: int = 0,
        warm: Predictor | None = None,
        trials: int | None = None,
        limits: Limits = Limits(),  # noqa: B008 (frozen)
        keep: Path | None = None,
        progress: Callable[[Trial], None] | None = None,
    ) -> Fit:
        """Search from scratch, or fine-tune `warm` with the learner that made it."""
        if warm is not None:
            threads = runner.cores * runner.threads_per_task
            tuned = learner_named(warm.kind, seed=seed, ordered=rows.ordered, threads=threads)
            return Fit(tuned.fit(rows.matrix, rows.target, budget, warm=warm))
        return search(
            rows.matrix,
            rows.target,
            budget,
            learners=SEARCHED if learner == "auto" else (learner,),
            runner=runner,
            seed=seed,
            ordered=rows.ordered,
            groups=rows.groups,
            trials=trials,
            limits=limits,
            keep=keep,
            progress=progress,
        )
