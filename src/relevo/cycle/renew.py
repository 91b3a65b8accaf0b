"""`renew`: decide, train replicas of the champion, let them duel; the better one takes over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from relevo.compute.budget import Budget
from relevo.compute.interrupt import stop_on_interrupt
from relevo.compute.meter import Meter
from relevo.compute.registry import runner as runner_named
from relevo.cycle.known import KnownRows, keep_batch, known_rows
from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import ChallengerRow, RenewResult, StepRow
from relevo.cycle.versions import keep_version
from relevo.data.contract import learn_contract
from relevo.data.widen import widen
from relevo.model.build import Built, build
from relevo.model.model import Model
from relevo.renew.contest import Contender, Result, contest
from relevo.renew.decay_file import read_decay
from relevo.renew.division import Division, divide, new_rows
from relevo.renew.policy import Decision, decide
from relevo.renew.situation import Situation
from relevo.store.aliases import CHAMPION
from relevo.store.records import DecisionRecord
from relevo.train.registry import strategy as strategy_named
from relevo.words import say

# The fine-tuned replica is cheap; what it leaves of the budget goes to the one from scratch.
_FINE_TUNE_SHARE = 0.3


def renew(
    project: Project,
    data: Any = None,
    *,
    dry_run: bool = False,
    budget: str | float | None = None,
    seed: int | None = None,
) -> RenewResult:
    """Renew the champion if a replica is better; the champion's own files are only read.

    Parameters
    ----------
    project
        Has a champion.
    data
        Labelled rows that came since, besides the labelled predictions in the store; they are kept.
    dry_run
        Say what would be done; train nothing, keep nothing.
    budget, seed
        For both replicas together; default from the problem file.

    Raises
    ------
    StoreMistake
        When another `renew` is at work.
    ModelMistake
        When there is no champion.

    """
    training = project.problem.training
    time_left = Budget.parse(budget if budget is not None else training.budget)
    chosen_seed = training.seed if seed is None else seed
    with project.store.lock("renew"), recorded(project, "renew"):
        turn = _Turn(project, time_left, chosen_seed)
        return turn.dry(data) if dry_run else turn.go(data)


@dataclass
class _Challenger:
    built: Built
    version: int


class _Turn:
    """One renewal, its steps timed."""

    def __init__(self, project: Project, budget: Budget, seed: int) -> None:
        self.project = project
        self.budget = budget
        self.seed = seed
        self.champion = project.model()
        self.steps: list[StepRow] = []

    def dry(self, data: Any) -> RenewResult:
        known = known_rows(self.project, extra=data)
        whether, division = self._decide(known)
        why = whether.why
        if division is not None:
            rows = {"train": division.older.height, "judged": division.judged.height}
            why = say("renew.dry", why=whether.why, **rows)
        return self._keep(why)

    def go(self, data: Any) -> RenewResult:
        with self._step("rows"):
            if data is not None:
                keep_batch(self.project, data)
            known = known_rows(self.project)
            whether, division = self._decide(known)
        if division is None:
            return self._written(self._keep(whether.why))
        challengers = self._replicas(known, division)
        with self._step("duel"):
            results = contest(
                Contender(self.champion, self.project.model_folder(self.champion.version)),
                [
                    Contender(
                        replace(one.built.model, version=one.version),
                        self.project.model_folder(one.version),
                    )
                    for one in challengers
                ],
                division.judged,
            )
        result = self._result(challengers, results, division)
        with self._step("swap"):
            written = self._written(result)
        return replace(written, steps=tuple(self.steps))

    def _decide(self, known: KnownRows) -> tuple[Decision, Division | None]:
        problem, lineage = self.project.problem, self.champion.lineage
        new = new_rows(known.frame, known.arrived, lineage, problem)
        # An alarm from before the champion was made spoke of another model.
        signals = self.project.store.last_signals(since=lineage.created_at)
        alarm = any(signal.alarm for signal in signals)
        now = self.project.now()
        age = (now - lineage.created_at).total_seconds() / 86_400
        rules, costs = problem.renew, problem.costs
        decay = read_decay(self.project.backtests)
        whether = decide(
            Situation(rules, costs, now, int(new.sum()), age, alarm=alarm, decay=decay)
        )
        if whether.action == "nothing":
            return whether, None
        return whether, divide(known.frame, new, lineage, problem, self.seed)

    def _replicas(self, known: KnownRows, division: Division) -> list[_Challenger]:
        with self._step("fine-tune"), stop_on_interrupt(self.budget):
            tuned = self._replica(
                known, division, self.budget.part(_FINE_TUNE_SHARE), warm=self.champion
            )
        with self._step("scratch"), stop_on_interrupt(self.budget):
            scratch = self._replica(known, division, self.budget)
        return [tuned, scratch]

    def _replica(
        self, known: KnownRows, division: Division, budget: Budget, warm: Model | None = None
    ) -> _Challenger:
        problem = self.project.problem
        parts = division.fine_tuned if warm else division.from_scratch
        learnt = learn_contract(parts.train, problem.target, problem.roles, problem.columns)
        built = build(
            problem,
            widen(self.champion.contract, learnt),
            parts,
            budget,
            strategy=strategy_named(self.champion.lineage.strategy, problem, self.project.folder),
            runner=runner_named(problem.training.runner),
            now=self.project.now(),
            learner=problem.training.learner,
            seed=self.seed,
            data=known.fingerprint,
            batches=known.batches,
            warm=warm,
            on="duel",
        )
        lineage = replace(built.model.lineage, parent=self.champion.version)
        built = replace(built, model=replace(built.model, lineage=lineage))
        return _Challenger(built, keep_version(self.project, built))

    def _result(
        self, challengers: list[_Challenger], results: tuple[Result, ...], division: Division
    ) -> RenewResult:
        best = next((result for result in results if result.better), None)
        by_version = {one.version: one.built for one in challengers}
        return RenewResult(
            decision="promote" if best else "keep",
            why=self._why(best or results[0], by_version),
            champion=best.version if best else self.champion.version,
            previous=self.champion.version if best else None,
            challengers=tuple(_row(result, by_version[result.version]) for result in results),
            rows_trained=division.older.height,
            rows_judged=division.judged.height,
        )

    def _why(self, result: Result, built: dict[int, Built]) -> str:
        verdict = result.verdict
        key = "promoted" if result.better else "guarded" if result.broken else "kept"
        if key == "guarded" and verdict.decision != "promote":
            key = "kept"
        return say(
            f"renew.{key}",
            version=result.version,
            how=say(f"renew.{built[result.version].model.lineage.how}"),
            champion=self.champion.version,
            gain=f"{verdict.gain:.4g}",
            low=f"{verdict.interval[0]:.4g}",
            change=f"{0.0 - verdict.gain:+.4g}",
            least=f"{0.0 - verdict.interval[1]:+.4g}",
            most=f"{0.0 - verdict.interval[0]:+.4g}",
            rows=verdict.rows,
            units=verdict.units,
            guards="; ".join(result.broken),
            confidence=f"{1 - self.project.problem.renew.alpha:.0%}",
        )

    def _keep(self, why: str) -> RenewResult:
        return RenewResult("keep", why, self.champion.version)

    def _written(self, result: RenewResult) -> RenewResult:
        """Write the decision down; a promotion and its alias are one transaction."""
        decision = DecisionRecord(
            kind=result.decision,
            why=result.why,
            champion=result.champion,
            previous=self.champion.version,
            detail={"challengers": [_plain(row) for row in result.challengers]},
            at=self.project.now(),
        )
        store = self.project.store
        if result.decision == "promote":
            store.move_alias(CHAMPION, result.champion, decision, expect=self.champion.version)
        else:
            store.add_decision(decision)
        return result

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        with Meter() as meter:
            yield
        self.steps.append(StepRow(name, meter.usage.wall_seconds))


def _row(result: Result, built: Built) -> ChallengerRow:
    headline = built.model.evidence.figures[0]
    return ChallengerRow(
        version=result.version,
        how=built.model.lineage.how,
        value=headline.value,
        interval=headline.interval,
        seconds=built.seconds,
        gain=result.verdict.gain,
        gain_interval=result.verdict.interval,
        broken_guards=result.broken,
    )


def _plain(row: ChallengerRow) -> dict[str, Any]:
    return {"version": row.version, "how": row.how, "value": row.value, "gain": row.gain}
