"""`Turn`: one renewal: new rows, watch, duel, decide, replicas, duel, swap."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import polars as pl

from relevo.compute.budget import Budget, parse_duration
from relevo.compute.meter import Meter
from relevo.cycle.arrivals import Arrival
from relevo.cycle.events import events_of
from relevo.cycle.intake import Intake, take_in
from relevo.cycle.judge import Look, challenger_row, judge
from relevo.cycle.known import KnownRows, keep_batch, known_rows
from relevo.cycle.notify import notify
from relevo.cycle.outcome import Concluded, conclude
from relevo.cycle.plan import Plan, decided, plan_turn
from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.replicas import train_planned
from relevo.cycle.results import AsideRow, RenewResult, StepRow
from relevo.cycle.steady import steady
from relevo.cycle.surely_false import surely_false
from relevo.cycle.watch import watch
from relevo.errors import DataMistake
from relevo.renew.division import Division, divide, new_rows
from relevo.store.records import StandingRecord
from relevo.store.standing import STANDS
from relevo.words import say


def take_turn(
    project: Project,
    data: Any,
    arrivals: Callable[[], Sequence[Arrival]],
    *,
    dry_run: bool = False,
    budget: str | float | None = None,
    seed: int | None = None,
    stop_early: bool = True,
) -> RenewResult:
    """Take one turn, alone in the project, and tell who asked to be told.

    Parameters
    ----------
    project
        Has a champion.
    data
        Labelled rows, or None.
    arrivals
        Looks for what has come.
    dry_run, budget, seed
        As `renew` has them.
    stop_early
        Whether the first Ctrl-C ends a training with the best so far, instead of the command.

    """
    training = project.problem.training
    seconds = parse_duration(budget if budget is not None else training.budget)
    chosen_seed = training.seed if seed is None else seed
    with project.store.lock("renew"), recorded(project, "renew"), steady(project):
        turn = Turn(project, seconds, chosen_seed, stop_early=stop_early)
        if dry_run:
            return turn.dry(data)
        result = turn.go(data, arrivals())
        for event in events_of(result, project.now()):
            notify(project, event)
        return result


class Turn:
    """One renewal, its steps timed.

    Each step is written down before the next one begins, and does nothing when it is done already.
    A process that is killed at any of them leaves the champion as it was; the next turn goes on.

    Parameters
    ----------
    project
        Has a champion.
    seconds, seed
        Of the replicas: the time begins when the first one is trained.
    stop_early
        Whether the first Ctrl-C ends a training with the best so far, instead of the command.

    """

    def __init__(
        self, project: Project, seconds: float, seed: int, *, stop_early: bool = True
    ) -> None:
        self.project = project
        self.seconds = seconds
        self.seed = seed
        self.stop_early = stop_early
        self.champion = project.model()
        self.steps: list[StepRow] = []
        self.note = ""

    def dry(self, data: Any) -> RenewResult:
        """Say what would be done."""
        known = known_rows(self.project, extra=data)
        decision = decided(self.project, self.champion, known)
        why = decision.why
        if decision.action != "nothing":
            division = self._divide(known)
            rows = {"train": division.older.height, "judged": division.judged.height}
            why = say("renew.dry", why=why, **rows)
        return RenewResult("keep", why, self.champion.version, action=decision.action)

    def go(self, data: Any, arrivals: Sequence[Arrival]) -> RenewResult:
        """Do it."""
        with self._step("rows"):
            intake = self._take_in(data, arrivals)
            self._end_stale()
        with self._step("watch"):
            alarm = self._watch(intake)
        with self._step("duel"):
            known = known_rows(self.project)
            looks = judge(self.project, self.champion, self._standing(), known)
        if any(look.outcome == "better" for look in looks):
            result = self._concluded(looks, "", {})
            self._end_unfinished()
        else:
            result = self._renewed(known, looks)
        aside = tuple(AsideRow(one.name, one.folder, one.why) for one in intake.aside)
        arrived = sum(frame.height for frame in intake.frames.values())
        steps = tuple(self.steps)
        why = f"{result.why} {self.note}".strip()
        return replace(result, why=why, arrived=arrived, aside=aside, alarm=alarm, steps=steps)

    def _renewed(self, known: KnownRows, looks: list[Look]) -> RenewResult:
        """Decide; train replicas when it says so; let them duel."""
        plan = plan_turn(self.project, self.champion, known)
        division = None
        if plan.turn:
            division = self._divide(known)
            self._train(known, division, plan)
            self.project.store.note_turn(plan.turn, "duel", plan.detail(self.champion.version))
            with self._step("duel"):
                seen = {look.version for look in looks}
                fresh = [one for one in self._standing() if one.version not in seen]
                found = judge(self.project, self.champion, fresh, known)
                looks = sorted([*looks, *found], key=lambda look: -look.gain)
        with self._step("swap"):
            result = self._concluded(looks, plan.why, _detail(plan), plan.turn)
        if plan.turn:
            self.project.store.end_turn(plan.turn, self.project.now())
        return replace(
            result,
            rows_trained=division.older.height if division else 0,
            rows_judged=division.judged.height if division else 0,
            action="both" if len(plan.hows) > 1 else next(iter(plan.hows), "nothing"),
            failures=tuple(plan.failures.values()),
            next_look=plan.next_look,
        )

    def _take_in(self, data: Any, arrivals: Sequence[Arrival]) -> Intake:
        intake = take_in(self.project, arrivals)
        if data is None:
            return intake
        rows = keep_batch(self.project, data)
        false = surely_false(self.project, rows)
        self.note = say("follow.handed_over", why=false[0].got) if false else ""
        return replace(intake, frames={**intake.frames, "data": rows})

    def _end_stale(self) -> None:
        """End what stands against a champion that somebody has replaced by hand."""
        now = self.project.now()
        stale = [
            replace(one, status="replaced", changed_at=now)
            for one in self.project.store.standing()
            if one.status == STANDS and one.champion != self.champion.version
        ]
        if stale:
            self.project.store.change_standing(stale)

    def _end_unfinished(self) -> None:
        """A killed turn wanted replicas of a champion that is none any more."""
        unfinished = self.project.store.unfinished_turn()
        if unfinished is not None:
            self.project.store.end_turn(unfinished.turn, self.project.now())

    def _watch(self, intake: Intake) -> bool:
        if not intake.frames:
            return False
        rows = pl.concat(intake.frames.values(), how="diagonal_relaxed")
        try:
            return watch(self.project, rows).alarm
        except DataMistake:  # nothing that could be watched is no reason to stop
            return False

    def _standing(self) -> list[StandingRecord]:
        return [
            one
            for one in self.project.store.standing()
            if one.status == STANDS and one.champion == self.champion.version
        ]

    def _divide(self, known: KnownRows) -> Division:
        problem, lineage = self.project.problem, self.champion.lineage
        new = new_rows(known.frame, known.arrived, lineage, problem)
        return divide(known.frame, new, lineage, problem, self.seed)

    def _train(self, known: KnownRows, division: Division, plan: Plan) -> None:
        trained = train_planned(
            self.project,
            self.champion,
            known,
            division,
            plan,
            Budget(self.seconds),
            self.seed,
            stop_early=self.stop_early,
        )
        self.steps += [StepRow(how, seconds) for how, seconds in trained]

    def _concluded(
        self, looks: Sequence[Look], why: str, detail: Mapping[str, Any], turn: str = ""
    ) -> RenewResult:
        done = conclude(self.project, self.champion.version, looks, why, detail, turn)
        return _result(self.project, self.champion.version, done)

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        with Meter() as meter:
            yield
        self.steps.append(StepRow(name, meter.usage.wall_seconds))


def _detail(plan: Plan) -> dict[str, Any]:
    return {
        "turn": plan.turn,
        "action": list(plan.hows),
        "reason": plan.reason,
        "numbers": dict(plan.numbers),
        "failures": plan.failures,
    }


def _result(project: Project, before: int, done: Concluded) -> RenewResult:
    moved = done.kind != "keep"
    return RenewResult(
        decision="promote" if moved else "keep",
        why=done.why,
        champion=done.champion,
        previous=before if moved else None,
        challengers=tuple(challenger_row(project, look) for look in done.looks),
    )
