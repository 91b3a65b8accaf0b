"""`train`: one version, from scratch or fine-tuned from one that exists."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from relevo.compute.budget import Budget
from relevo.compute.interrupt import stop_on_interrupt
from relevo.compute.registry import runner as runner_named
from relevo.cycle.check import contract_of
from relevo.cycle.known import known_rows
from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import LeaderboardRow, TrainResult
from relevo.cycle.versions import keep_version
from relevo.errors import OptionMistake
from relevo.explain.decisions.named_columns import check_named_columns
from relevo.explain.decisions.sensitive_used import sensitive_used
from relevo.learn.learner import Trial
from relevo.model.build import Built, build
from relevo.model.model import Model
from relevo.score.metrics import metric as metric_named
from relevo.train.judged import set_aside
from relevo.train.registry import strategy as strategy_named
from relevo.train.target import check_target
from relevo.validate.target.training_weights import training_weights


def train(
    project: Project,
    *,
    strategy: str | None = None,
    learner: str | None = None,
    runner: str | None = None,
    budget: str | float | None = None,
    from_: str | int = "scratch",
    seed: int | None = None,
    trials: int | None = None,
    progress: Callable[[Trial], None] | None = None,
) -> TrainResult:
    """Train, judge and keep one version; what is not given comes from the problem file.

    Ctrl-C (once) ends the training with the best model so far, which is judged and kept;
    `interrupted` then says so.

    Raises
    ------
    UserMistake
        When an option, the problem file or the data are wrong; nothing is kept then.

    """
    wanted = project.problem.training
    time_left = Budget.parse(budget if budget is not None else wanted.budget)
    run_on = runner_named(runner or wanted.runner)
    warm = _warm(project, from_)
    usual = warm.lineage.strategy if warm else wanted.strategy
    under = strategy_named(strategy or usual, project.problem, project.folder)
    chosen_seed = wanted.seed if seed is None else seed
    metric_named(project.problem.metric, project.problem.task)
    kept = project.state / "trials"  # a training that was killed goes on where it ended
    with recorded(project, "train") as meter:
        known = known_rows(project)
        check_target(known.frame, project.problem)
        parts = set_aside(known.frame, project.problem, chosen_seed)
        contract = contract_of(project, known.frame)
        check_named_columns(project.problem.explain, contract.names)
        with stop_on_interrupt(time_left):
            built = build(
                project.problem,
                contract,
                parts,
                time_left,
                strategy=under,
                runner=run_on,
                now=project.now(),
                learner=learner or wanted.learner,
                seed=chosen_seed,
                trials=trials,
                keep=kept,
                data=known.fingerprint,
                batches=known.batches,
                warm=warm,
                weights=training_weights(parts.train, project.problem, contract, project.folder),
                progress=progress,
            )
            version = keep_version(project, built)
        shutil.rmtree(kept, ignore_errors=True)
    usage = meter.usage
    return replace(
        _result(project, version, built),
        seconds=usage.wall_seconds,
        cpu_seconds=usage.cpu_seconds,
        peak_memory_mb=usage.peak_memory_mb,
        interrupted=time_left.stopped,
    )


def _warm(project: Project, from_: str | int) -> Model | None:
    if str(from_) == "scratch":
        return None
    number = str(from_).removeprefix("v")
    if not number.isdigit():
        raise OptionMistake("cycle.bad_version", version=from_)
    return project.model(int(number))


def _result(project: Project, version: int, built: Built) -> TrainResult:
    headline = built.model.evidence.figures[0]
    lineage = built.model.lineage
    return TrainResult(
        version=version,
        metric=headline.metric,
        value=headline.value,
        interval=headline.interval,
        rows_judged=headline.rows,
        seconds=built.seconds,
        cpu_seconds=0.0,
        peak_memory_mb=0.0,
        strategy=lineage.strategy,
        learner=lineage.learner,
        leaderboard=tuple(
            LeaderboardRow(
                trial.learner,
                dict(trial.settings),
                trial.loss,
                trial.interval,
                trial.seconds,
                trial.latency_us,
                trial.size_mb,
                trial.share,
                trial.why,
            )
            for trial in built.fit.trials
        ),
        gain_of_rows=built.fit.curve.gain_of_rows,
        gain_of_time=built.fit.curve.gain_of_time,
        good_enough=_good_enough(project, headline.value),
        effective_rows=lineage.effective_rows,
        warnings=sensitive_used(built.model),
    )


def _good_enough(project: Project, value: float) -> bool | None:
    problem = project.problem
    wanted: Any = problem.success.good_enough
    if wanted is None:
        return None
    if metric_named(problem.metric, problem.task).greater_is_better:
        return bool(value >= wanted)
    return bool(value <= wanted)
