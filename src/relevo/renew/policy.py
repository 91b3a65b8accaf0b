"""`decide`: nothing, fine-tune, from scratch or both; now, or when to look again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from relevo.problem.problem import History
from relevo.renew.durations import PERIOD_DAYS, days_in
from relevo.renew.investment import Ages, Investment, invest, shadow_only
from relevo.renew.situation import Situation
from relevo.words import say

Action = Literal["nothing", "fine-tune", "scratch", "both"]

_SECONDS_OF_A_DAY = 86_400.0
# With costs but no evidence of decay: on drifting flights a model renewed every month cost at most
# 1.4 % more than the best cadence, whatever an update cost; always weekly cost up to 7.6 % more.
_DAYS_WITHOUT_EVIDENCE = 30.0
_FARTHEST_LOOK_DAYS = 365.0


@dataclass(frozen=True)
class Decision:
    """What a renewal should do now, why, and every number that this stands on.

    Attributes
    ----------
    action
        `nothing`; `fine-tune`, `scratch` or `both`: which replicas are trained for the duel.
    history
        What they learn from: `all`, `recent` or `decayed` rows, or `auto`: chosen on evidence.
    reason
        The key of the sentence, see `told`.
    expected_gain, expected_cost
        In the unit of the costs: loss avoided until the next update, and what this one costs. NaN
        when not known.
    next_look
        When there can be something new to decide.
    numbers
        All that it was decided from, plain values for the log.

    """

    action: Action
    history: History
    reason: str
    expected_gain: float
    expected_cost: float
    next_look: datetime
    numbers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """The reason in words, in the language in force."""
        return told(self.reason, self.numbers)


def told(reason: str, numbers: Mapping[str, Any], lang: str | None = None) -> str:
    """A decision read back from the log in words, with the numbers that it stood on."""
    written = {name: _written(value) for name, value in numbers.items()}
    return say(f"renew.decision.{reason}", lang, **written)


def decide(situation: Situation) -> Decision:
    """Whether and how to update, as an investment.

    An update pays when the loss that it avoids until the next one exceeds what it costs (Zliobaite,
    Budka and Stahl 2015, Towards cost-sensitive adaptation: when is it worth updating your
    predictive model?, Neurocomputing 150). *When* it pays best follows from renewal-reward: wait
    as long as a further day with the old model costs less than an average day at the best cadence
    (Barlow and Hunter 1960, Optimum preventive maintenance policies, Operations Research 8).

    In this order: too few new rows, nothing; a model older than `max_age_days`, an alarm, or a
    cadence that the problem file sets, both replicas; updates that cost nothing, both whenever
    there are enough new rows, since trying is free; else by gain against cost. Where
    `respond_within` leaves no time for a model from scratch, only the fine-tuned one is trained.

    Examples
    --------
    >>> from datetime import datetime
    >>> from relevo.problem.problem import Costs, Renew
    >>> found = decide(Situation(Renew(), Costs(), datetime(2026, 1, 1), new_rows=20, age_days=3.0))
    >>> found.action, found.reason
    ('nothing', 'too_few')

    """
    return _Deciding(situation).decision()


class _Deciding:
    """The numbers of one situation, and what follows from them."""

    def __init__(self, situation: Situation) -> None:
        self.at = situation
        self.rules, self.costs = situation.rules, situation.costs
        self.numbers: dict[str, Any] = _facts(situation)

    def decision(self) -> Decision:
        at, rules = self.at, self.rules
        if at.new_rows < rules.min_rows:
            return self._nothing("too_few", self._days_to_rows())
        if rules.max_age_days is not None and at.age_days >= rules.max_age_days:
            return self._replicas("old")
        if rules.cadence == "never":
            return self._nothing("never")
        if at.alarm or (at.gap is not None and at.gap.alarm):
            return self._replicas("alarm" if at.alarm else "gap_alarm")
        if rules.cadence == "alarm":
            return self._nothing("calm")
        if rules.cadence in PERIOD_DAYS:
            return self._by_age(PERIOD_DAYS[rules.cadence], "period", "young")
        if self.costs.update == 0.0:
            return self._replicas("enough")
        return self._by_value()

    def _by_age(self, days: float, reached: str, waiting: str) -> Decision:
        self.numbers["period_days"] = days
        if self.at.age_days >= days:
            return self._replicas(reached)
        return self._nothing(waiting, days - self.at.age_days)

    def _by_value(self) -> Decision:
        """By what a further day costs with the old model, and what an average day costs at best."""
        at, decay = self.at, self.at.decay
        rows = at.rows_per_day or (decay.rows_per_day if decay else 0.0)
        if (decay is None and at.gap is None) or rows <= 0.0:
            return self._by_age(_DAYS_WITHOUT_EVIDENCE, "no_evidence", "no_evidence_young")
        found = self._investment(self.costs.loss * rows)
        self.numbers |= {
            "rows_per_day": rows,
            "waiting_per_day": found.waiting_per_day,
            "average_per_day": found.average_per_day,
            "best_days": found.best_days,
            "expected_gain": found.gain,
            "expected_cost": found.cost,
        }
        if found.pays:
            tried = self.at.decay is not None and self.at.decay.kept_by_fine_tuning is not None
            action = self._in_time(found.action if tried else "both")
            return self._replicas("pays", found.gain, found.cost, action)
        left = found.left_days if math.isfinite(found.left_days) else None
        return self._nothing("does_not_pay", left, found.gain, found.cost)

    def _investment(self, row: float) -> Investment:
        at, excess = self.at, self._excess()
        self.numbers["excess"] = excess
        if at.decay is None:
            return shadow_only(excess, self.costs.update, row, _DAYS_WITHOUT_EVIDENCE)
        known = at.decay.excess(at.age_days)
        height = excess / known if known > 0.0 else 1.0
        scratch = at.age_days if at.scratch_age_days is None else at.scratch_age_days
        costs = (self.costs.update, self._cost("fine-tune"))
        return invest(
            at.decay, Ages(at.age_days, scratch), costs, row, max(height, 0.0), self._least_days()
        )

    def _excess(self) -> float:
        """What a row loses now for the model's age: what the shadow sees, within the curve's doubt.

        The shadow's gain and the curve's are two measurements of one thing; the shadow's is of
        this very model, the curve's of models of its age. They are weighed by their precision.
        """
        at = self.at
        curve = at.decay.excess(at.age_days) if at.decay else None
        if at.gap is None:
            return curve or 0.0
        if curve is None or at.decay is None:
            return at.gap.mean
        spread = (at.gap.high - at.gap.low) / 4.0
        doubt = at.decay.doubt(at.age_days)
        if not math.isfinite(spread) or spread + doubt == 0.0:
            return curve
        share = doubt**2 / (doubt**2 + spread**2)
        return share * at.gap.mean + (1.0 - share) * curve

    def _least_days(self) -> float:
        return max(self.at.arrival_days or 0.0, self.at.label_delay_days or 0.0, 1.0)

    def _replicas(
        self,
        reason: str,
        gain: float = math.nan,
        cost: float = math.nan,
        action: Action | None = None,
    ) -> Decision:
        chosen = action or self._in_time("both")
        cost = cost if math.isfinite(cost) else self._cost(chosen)
        return self._decision(chosen, reason, gain, cost, self._least_days())

    def _in_time(self, action: Action) -> Action:
        """The action, or fine-tuning alone where a model from scratch would come too late."""
        within, taken = self.rules.respond_within, self.at.scratch_seconds or 0.0
        days = days_in(within) if within else math.inf
        self.numbers |= {"respond_days": days, "scratch_days": taken / _SECONDS_OF_A_DAY}
        return "fine-tune" if taken / _SECONDS_OF_A_DAY > days else action

    def _cost(self, action: Action) -> float:
        """What the replicas of an action cost."""
        scratch, tuned = self.costs.update, self.costs.fine_tune
        if tuned is None:
            tuned = scratch * self._share_of_time()
        return {"nothing": 0.0, "fine-tune": tuned, "scratch": scratch, "both": scratch + tuned}[
            action
        ]

    def _share_of_time(self) -> float:
        """How long fine-tuning takes, as a share of a model from scratch; one when not known."""
        tuned, scratch = self.at.fine_tune_seconds, self.at.scratch_seconds
        return min(tuned / scratch, 1.0) if tuned and scratch else 1.0

    def _days_to_rows(self) -> float | None:
        missing = self.rules.min_rows - self.at.new_rows
        self.numbers["needed"] = self.rules.min_rows
        return missing / self.at.rows_per_day if self.at.rows_per_day else None

    def _nothing(
        self,
        reason: str,
        days: float | None = None,
        gain: float = math.nan,
        cost: float = math.nan,
    ) -> Decision:
        look = max(days if days is not None else 0.0, self._least_days())
        return self._decision("nothing", reason, gain, cost, look)

    def _decision(
        self, action: Action, reason: str, gain: float, cost: float, days: float
    ) -> Decision:
        days = min(days, _FARTHEST_LOOK_DAYS)
        self.numbers |= {"action": action, "reason": reason, "look_again_days": days}
        look = self.at.now + timedelta(days=days)
        plain = {name: _plain(value) for name, value in self.numbers.items()}
        return Decision(action, self.rules.history, reason, gain, cost, look, plain)


def _facts(at: Situation) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "new_rows": at.new_rows,
        "age_days": at.age_days,
        "alarm": at.alarm,
        "cadence": at.rules.cadence,
        "max_age_days": at.rules.max_age_days,
        "cost_update": at.costs.update,
        "cost_fine_tune": at.costs.fine_tune,
        "cost_loss": at.costs.loss,
        "rows_per_day": at.rows_per_day,
        "label_delay_days": at.label_delay_days,
        "arrival_days": at.arrival_days,
        "scratch_age_days": at.scratch_age_days,
    }
    if at.gap is not None:
        facts |= {f"gap_{name}": value for name, value in asdict(at.gap).items()}
    if at.decay is not None:
        facts |= {"decay_scale": at.decay.scale, "decay_power": at.decay.power}
    return facts


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _written(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
