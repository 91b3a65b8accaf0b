"""`CadenceLines`: the losses and updates of every cadence and way of updating, from a replay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import mean

from relevo.learn.learner import Floats
from relevo.problem.problem import Costs, Renew
from relevo.renew.decay import Decay
from relevo.renew.decay_fit import fit_decay
from relevo.renew.line import Rule
from relevo.renew.replay import Replay

SCRATCH_DAYS = 30  # how often a fine-tuned line that is told "both" starts anew
_LEARN_EVERY_DAYS = 7  # how often the policy of a replay learns its curve of decay anew

Rules = Mapping[tuple[str, str], Rule]


@dataclass(frozen=True)
class CadenceLine:
    """A cadence with one way of updating, before costs.

    Attributes
    ----------
    cadence, how
        As in `CadenceRow`.
    losses
        The sum of the rows' losses of each replayed day, `(n_days,)`.
    scratch, tuned
        How many updates there were of either kind.
    scratch_seconds, tune_seconds
        Of processor time that they took.

    """

    cadence: str
    how: str
    losses: Floats
    scratch: int
    tuned: int
    scratch_seconds: float
    tune_seconds: float


class CadenceLines:
    """The lines of a replay.

    Parameters
    ----------
    replay
        What it stands on; its models are made when `run` asks for them.
    intervals
        Days between updates of each fixed cadence; 0 is never.
    how
        `scratch`, `fine-tune`, or both ways.
    seed
        Of the curve's draws.

    """

    def __init__(
        self, replay: Replay, intervals: Mapping[str, int], how: tuple[str, ...], seed: int
    ) -> None:
        self.replay, self.intervals, self.how, self.seed = replay, intervals, how, seed

    def fixed(self) -> list[CadenceLine]:
        """Replay the fixed cadences; those for which there was no time are left out."""
        rules = self._fixed_rules()
        self.replay.run(sorted({0, *self.intervals.values()}), [*rules.values()])
        return [*self._from_scratch(), *self._lines(rules)]

    def deciding(self, rules: Rules) -> list[CadenceLine]:
        """Replay lines that decide by themselves."""
        self.replay.run((), [*rules.values()])
        return [*self._lines(rules)]

    def alarm_rule(self, alpha: float) -> Rule:
        """Quiet until a fresh replica is better beyond chance."""
        return Rule("alarm", 1, SCRATCH_DAYS, alpha=alpha)

    def policy_rule(self, rules: Renew, costs: Costs) -> Rule:
        """By the policy, every day, with the curve of decay as it was known by then."""
        line = self.replay.timeline
        days = range(line.first + _LEARN_EVERY_DAYS, line.days, _LEARN_EVERY_DAYS)
        curves = tuple((day, self.decay(day - line.delay)) for day in days)
        auto = rules.model_copy(update={"cadence": "auto"})
        return Rule("policy", 1, renew=auto, costs=costs, decays=curves)

    def decay(self, until: int) -> Decay:
        """The curve of decay that the days before this one show."""
        losses = {day: one.losses for day, one in self.replay.scratch.items()}
        counts = self.replay.timeline.counts
        return fit_decay(losses, counts, until, self._kept(until), self.seed)

    def _kept(self, until: int) -> float | None:
        """The share of the gain over never that the quickest fine-tuned line keeps by a day."""
        quickest = min((days for days in self.intervals.values() if days), default=0)
        tuned = self.replay.lines.get(Rule("fixed", quickest, 0))
        if tuned is None or not self.replay.has(quickest):
            return None
        first = self.replay.timeline.first
        never, scratch = (
            float(self.replay.losses(one)[: until - first].sum()) for one in (0, quickest)
        )
        gained = never - float(tuned.losses[first:until].sum())
        return min(max(gained / (never - scratch), 0.0), 1.0) if never > scratch else None

    def _fixed_rules(self) -> Rules:
        """The lines that are fine-tuned at a fixed cadence."""
        if "fine-tune" not in self.how:
            return {}
        replayed = self.replay.timeline.days - self.replay.timeline.first
        rules = {}
        for name, days in self.intervals.items():
            if 0 < days < replayed:
                rules[name, "fine-tune"] = Rule("fixed", days, 0)
            if 0 < days < min(SCRATCH_DAYS, replayed) and "scratch" in self.how:
                rules[name, "both"] = Rule("fixed", days, SCRATCH_DAYS)
        return rules

    def _from_scratch(self) -> Iterator[CadenceLine]:
        for name, days in self.intervals.items():
            if self.replay.has(days) and ("scratch" in self.how or not days):
                made = self.replay.days_of(days)[1:]
                seconds = sum(self.replay.scratch[day].scratch_seconds for day in made)
                losses = self.replay.losses(days)
                yield CadenceLine(name, "scratch", losses, len(made), 0, seconds, 0.0)

    def _lines(self, rules: Rules) -> Iterator[CadenceLine]:
        first = self.replay.timeline.first
        for (name, how), rule in rules.items():
            one = self.replay.lines.get(rule)
            if one is not None:
                yield CadenceLine(
                    name,
                    how,
                    one.losses[first:],
                    len(one.scratch),
                    len(one.fine_tuned),
                    one.scratch_seconds,
                    one.fine_tune_seconds,
                )


def share_of_time(lines: list[CadenceLine]) -> float:
    """How long a fine-tuning takes, as a share of a model from scratch; one when not known."""
    scratch = [one.scratch_seconds / one.scratch for one in lines if one.scratch and not one.tuned]
    tuned = [one.tune_seconds / one.tuned for one in lines if one.tuned and not one.scratch]
    if not scratch or not tuned or not min(scratch):
        return 1.0
    return min(mean(tuned) / mean(scratch), 1.0)
