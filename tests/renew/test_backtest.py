from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads
from relevo.errors import DataMistake, OptionMistake, ProblemMistake
from relevo.learn.replayed import Recipe
from relevo.problem.problem import Costs, Problem, Renew, Roles, Source
from relevo.renew import backtest_cadence
from relevo.renew.timeline import Timeline

DAYS, PER_DAY = 100, 40
PROBLEM = Problem(
    name="p", task="classification", target="y", data=Source(path="x"), roles=Roles(time="at")
)


def stream(turn: float, days: int = DAYS) -> pl.DataFrame:
    """What the outcome depends on turns by so many radians a day."""
    random = np.random.default_rng(3)
    rows = days * PER_DAY
    day = np.repeat(np.arange(days), PER_DAY)
    x = random.normal(size=(rows, 2))
    score = 3 * (x[:, 0] * np.cos(turn * day) + x[:, 1] * np.sin(turn * day))
    late = random.random(rows) < 1 / (1 + np.exp(-score))
    start = datetime(2025, 1, 1)
    at = [start + timedelta(days=int(one)) for one in day]
    return pl.DataFrame({"at": at, "a": x[:, 0], "b": x[:, 1], "y": np.where(late, "yes", "no")})


@pytest.fixture(scope="module")
def turning() -> pl.DataFrame:
    return stream(0.02)


def test_a_stream_that_turns_wants_frequent_updates(turning: pl.DataFrame) -> None:
    found = backtest_cadence(turning, PROBLEM, runner=Threads(1), warm_up_days=30)
    loss = {(row.cadence, row.how): row.loss for row in found.rows}
    assert loss["never", "scratch"] > loss["monthly", "scratch"] > loss["weekly", "scratch"]
    assert found.recommended == "daily"
    by_cost = {one.update: one.recommended for one in found.by_cost}
    assert by_cost[300.0] in ("monthly", "never")
    updates = {(row.cadence, row.how): row.updates for row in found.rows}
    assert updates["weekly", "scratch"] == updates["weekly", "fine-tune"] == 9
    for row in found.rows:
        assert row.interval[0] < row.loss < row.interval[1]
        assert row.total_cost == pytest.approx(row.loss * found.rows_replayed, rel=1e-6)
        assert row.extra_interval[0] <= row.extra_cost <= row.extra_interval[1]
    assert "updates and the model's age should cost" in found.why or not found.enough


def settled(days: int = DAYS) -> pl.DataFrame:
    """Two kinds of rows with rates that stay; what a warm-up learns of them is all there is."""
    random = np.random.default_rng(5)
    rows = days * 4 * PER_DAY
    kind = random.integers(0, 2, rows)
    late = random.random(rows) < np.where(kind == 1, 0.7, 0.3)
    start = datetime(2025, 1, 1)
    at = [start + timedelta(days=row // (4 * PER_DAY)) for row in range(rows)]
    return pl.DataFrame({"at": at, "kind": kind, "y": np.where(late, "yes", "no")})


def test_a_stream_that_stays_wants_none() -> None:
    cadences = ("never", "monthly", "weekly", "alarm")
    found = backtest_cadence(settled(), PROBLEM, cadences, 50.0, runner=Threads(1))
    assert found.recommended == "never"
    alarm = next(row for row in found.rows if row.cadence == "alarm")
    assert alarm.updates == 0


def test_an_alarm_renews_a_stream_that_turns(turning: pl.DataFrame) -> None:
    found = backtest_cadence(turning, PROBLEM, ("never", "alarm"), runner=Threads(1))
    never, alarm = (
        next(row for row in found.rows if row.cadence == one) for one in ("never", "alarm")
    )
    assert alarm.scratch_updates >= 1
    assert alarm.loss < never.loss


def test_no_model_learns_an_outcome_before_it_is_known(turning: pl.DataFrame) -> None:
    """Outcomes from the middle on are turned round: no loss up to there may change."""
    middle = 70
    outcome = pl.col("y").replace({"yes": "no", "no": "yes"})
    late = pl.col("at") >= datetime(2025, 1, 1) + timedelta(days=middle)
    other = turning.with_columns(y=pl.when(late).then(outcome).otherwise(pl.col("y")))
    problem = PROBLEM.model_copy(update={"renew": Renew(label_delay="3d")})
    cadences = ("never", "weekly", "daily", "alarm")
    one, two = (
        backtest_cadence(rows, problem, cadences, runner=Threads(1), warm_up_days=35)
        for rows in (turning, other)
    )
    before = (middle - 35) // 7
    for first, second in zip(one.over_time, two.over_time, strict=True):
        assert first.losses[:before] == second.losses[:before]
        assert first.losses[before] != second.losses[before]


def test_a_stopped_backtest_goes_on_from_its_cache(turning: pl.DataFrame, tmp_path: Path) -> None:
    budget = Budget(1000.0)
    asked = []

    def stop_soon(done: float, whole: float) -> None:
        asked.append(done / whole)
        if len(asked) == 30:
            budget.stop()

    options = {"runner": Threads(1), "warm_up_days": 30, "cache": tmp_path}
    cadences = ("never", "monthly", "weekly", "daily")
    cut = backtest_cadence(turning, PROBLEM, cadences, budget=budget, progress=stop_soon, **options)
    assert cut.interrupted
    assert cut.left_out == ("daily",)
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.npz")}
    assert len(kept) >= 30
    whole = backtest_cadence(turning, PROBLEM, cadences, **options)
    fresh = backtest_cadence(turning, PROBLEM, cadences, runner=Threads(1), warm_up_days=30)
    assert whole.left_out == ()
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert [row.loss for row in whole.rows] == [row.loss for row in fresh.rows]
    assert asked == sorted(asked)


def test_the_policy_spends_less_than_the_dearest_cadence(turning: pl.DataFrame) -> None:
    problem = PROBLEM.model_copy(
        update={"costs": Costs(fine_tune=0.1), "renew": Renew(min_rows=40)}
    )
    cadences = ("never", "monthly", "weekly", "daily", "policy")
    found = backtest_cadence(turning, problem, cadences, 5.0, runner=Threads(1))
    cost = {(row.cadence, row.how): row.total_cost for row in found.rows}
    fixed = [value for (name, how), value in cost.items() if how == "scratch"]
    assert cost["policy", "both"] < max(fixed)
    assert cost["policy", "both"] < 1.1 * min(fixed)


def test_the_policy_is_recommended_where_it_costs_less_than_any_fixed_cadence(
    turning: pl.DataFrame,
) -> None:
    problem = PROBLEM.model_copy(update={"renew": Renew(min_rows=40)})
    options = {"how": ("scratch",), "runner": Threads(1)}
    found = backtest_cadence(turning, problem, ("never", "daily", "policy"), 20.0, **options)
    assert (found.recommended, found.how) == ("policy", "both")
    rows = {row.cadence: row for row in found.rows}
    assert rows["policy"].extra_cost == 0.0
    assert min(rows[one].extra_interval[0] for one in ("never", "daily")) > 0.0
    assert found.why.startswith('Let the policy decide (cadence = "auto")')
    assert found.regret_per_day == 0.0


def test_the_policy_is_not_recommended_where_it_saves_nothing() -> None:
    cadences = ("never", "weekly", "policy")
    found = backtest_cadence(settled(), PROBLEM, cadences, 50.0, runner=Threads(1))
    assert found.recommended == "never"
    assert "policy decide" not in found.why


def test_regressions_are_replayed_in_their_own_unit() -> None:
    rows = stream(0.0).with_columns(y=100 + 50 * pl.col("a"))
    problem = PROBLEM.model_copy(update={"task": "regression"})
    found = backtest_cadence(rows, problem, ("never", "weekly"), runner=Threads(1))
    # A constant would lose the variance, 2,500.
    assert all(1.0 < row.loss < 500.0 for row in found.rows if row.how == "scratch")


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"cadences": ("weekly", "wekly")}, "renew.backtest_cadence"),
        ({"cadences": ("alarm",)}, "renew.backtest_cadence"),
        ({"how": ("scratch", "else")}, "renew.backtest_how"),
        ({"cost_per_update": -1.0}, "renew.backtest_cost"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    turning: pl.DataFrame, options: dict[str, object], key: str
) -> None:
    with pytest.raises(OptionMistake) as caught:
        backtest_cadence(turning, PROBLEM, **options)  # type: ignore[arg-type]
    assert caught.value.key == key


def test_history_that_cannot_be_replayed_is_refused(turning: pl.DataFrame) -> None:
    with pytest.raises(DataMistake) as few:
        backtest_cadence(turning.head(15 * PER_DAY), PROBLEM)
    assert few.value.key == "renew.backtest_too_short"
    with pytest.raises(ProblemMistake):
        backtest_cadence(turning, PROBLEM.model_copy(update={"roles": Roles()}))


def test_labels_that_come_late_are_learnt_late(turning: pl.DataFrame) -> None:
    problem = PROBLEM.model_copy(update={"renew": Renew(label_delay="36h")})
    line = Timeline.of(turning, problem)
    assert line.delay == 2
    assert line.known[10] == 8 * PER_DAY


def test_a_recipe_takes_fewer_larger_steps() -> None:
    slow = Recipe.found_on(Timeline.of(stream(0.0), PROBLEM).rows).boosting
    recipe = Recipe.like(slow, 1500)
    assert recipe.trees == 150
    assert recipe.boosting.learning_rate == 0.3
