from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.problem.problem import Costs, Renew
from relevo.renew.decay import Decay
from relevo.renew.policy import decide, told
from relevo.renew.situation import Gap, Situation

NOW = datetime(2026, 1, 1, tzinfo=UTC)
# A row a day costs 0.001 more per day of age: with 1,000 rows a day and updates of 200 the best
# cadence is every sqrt(2 * 200 / (0.001 * 1000)) = 20 days.
LINEAR = Decay(scale=0.001, power=1.0, rows_per_day=1000.0, seen_days=60.0)


def situation(**changed: object) -> Situation:
    base = Situation(Renew(), Costs(), NOW, new_rows=5000, age_days=10.0, rows_per_day=1000.0)
    return replace(base, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rows", "alarm", "rules", "age_days", "action", "reason"),
    [
        (199, True, {}, 90.0, "nothing", "too_few"),
        (200, False, {}, 0.0, "both", "enough"),
        (200, True, {"cadence": "yearly"}, 1.0, "both", "alarm"),
        (200, False, {"cadence": "never", "max_age_days": 30.0}, 29.0, "nothing", "never"),
        (200, False, {"cadence": "never", "max_age_days": 30.0}, 30.0, "both", "old"),
        (200, True, {"cadence": "never"}, 300.0, "nothing", "never"),
        (200, False, {"cadence": "alarm"}, 300.0, "nothing", "calm"),
        (200, False, {"cadence": "weekly"}, 6.9, "nothing", "young"),
        (200, False, {"cadence": "weekly"}, 7.0, "both", "period"),
    ],
)
def test_when_replicas_are_trained(
    rows: int, alarm: bool, rules: dict[str, object], age_days: float, action: str, reason: str
) -> None:
    at = situation(rules=Renew(**rules), new_rows=rows, alarm=alarm, age_days=age_days)  # type: ignore[arg-type]
    found = decide(at)
    assert (found.action, found.reason) == (action, reason)


@pytest.mark.parametrize(("age_days", "action"), [(19.0, "nothing"), (21.0, "both")])
def test_an_update_that_costs_comes_at_the_best_age(age_days: float, action: str) -> None:
    found = decide(situation(costs=Costs(update=200.0), decay=LINEAR, age_days=age_days))
    assert found.action == action
    assert found.numbers["best_days"] == pytest.approx(20.0)


def test_a_gap_that_the_shadow_sees_brings_the_update_forward() -> None:
    sudden = Gap(mean=0.08, low=0.06, high=0.1, days=7, alarm=False)
    curve = replace(LINEAR, draws=((0.0005, 1.0), (0.0015, 1.0)))
    at = situation(costs=Costs(update=200.0), decay=curve, age_days=10.0)
    assert decide(at).action == "nothing"
    found = decide(replace(at, gap=sudden))
    assert found.action == "both"
    # The curve says 0.010 with a standard error of 0.007, the shadow 0.08 with one of 0.01.
    assert found.numbers["excess"] == pytest.approx(0.033, abs=0.001)


def test_without_evidence_dear_updates_come_once_a_month() -> None:
    young, old = (
        decide(situation(costs=Costs(update=5.0), age_days=days)) for days in (29.0, 30.0)
    )
    assert (young.action, old.action) == ("nothing", "both")
    assert "--backtest" in young.why
    assert young.next_look - NOW == timedelta(days=1)


def test_a_model_that_does_not_age_is_left_alone() -> None:
    still = Decay(scale=0.0, power=1.0, rows_per_day=1000.0, seen_days=200.0)
    found = decide(situation(costs=Costs(update=0.1), decay=still, age_days=500.0))
    assert (found.action, found.reason) == ("nothing", "does_not_pay")


def test_no_time_for_scratch_leaves_fine_tuning() -> None:
    rules = Renew(respond_within="15m")
    assert decide(situation(rules=rules, scratch_seconds=1000.0)).action == "fine-tune"
    assert decide(situation(rules=rules, scratch_seconds=800.0)).action == "both"


@pytest.mark.parametrize(
    ("kept", "since_scratch", "action"),
    [(0.9, 30.0, "fine-tune"), (0.9, 90.0, "scratch"), (0.05, 30.0, "scratch")],
)
def test_fine_tuning_is_chosen_until_it_has_fallen_behind(
    kept: float, since_scratch: float, action: str
) -> None:
    # What fine-tuning leaves grows by 0.0001 a day: scratch pays every sqrt(2 * 200 / 0.1) = 63.
    curve = replace(LINEAR, kept_by_fine_tuning=kept)
    costs = Costs(update=200.0, fine_tune=10.0)
    at = situation(costs=costs, decay=curve, age_days=30.0, scratch_age_days=since_scratch)
    assert decide(at).action == action


def test_a_decision_is_read_back_from_its_log_in_both_languages() -> None:
    found = decide(situation(costs=Costs(update=200.0), decay=LINEAR, age_days=21.0))
    kept = json.loads(json.dumps(dict(found.numbers), allow_nan=False))
    assert told(kept["reason"], kept) == found.why
    assert told(kept["reason"], kept, "es").startswith("Réplicas: un día con un modelo de 21 días")


@given(
    cost=st.floats(0.01, 1e4),
    scale=st.floats(0.0, 0.1),
    power=st.floats(0.0, 1.0),
    age=st.floats(0.0, 1000.0),
)
def test_what_is_spent_is_expected_to_come_back(
    cost: float, scale: float, power: float, age: float
) -> None:
    curve = Decay(scale, power, rows_per_day=100.0, seen_days=50.0)
    found = decide(situation(costs=Costs(update=cost), decay=curve, age_days=age))
    assert (found.action != "nothing") <= (found.expected_gain > found.expected_cost)
    assert found.why
    assert found.next_look > NOW
