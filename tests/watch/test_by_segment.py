"""Which of many places went bad, without alarms because there are many."""

from __future__ import annotations

import numpy as np
import polars as pl

from relevo.watch.by_segment import drift_by_segment, quality_by_segment

PLACES = [f"place {number}" for number in range(30)]


def losses(seed: int, bad: tuple[str, ...] = ()) -> tuple[pl.Series, np.ndarray]:
    """Skewed, as log losses are; twice as large in bad places."""
    random = np.random.default_rng(seed)
    places = random.choice(PLACES, 3_000)
    values = random.gamma(0.5, 1.0, 3_000) * np.where(np.isin(places, bad), 2.0, 1.0)
    return pl.Series("segment", places), values


def test_bad_places_are_named_and_no_other() -> None:
    bad = ("place 3", "place 17")
    signals = quality_by_segment(*losses(0, bad), *losses(1))
    assert len(signals) == 30
    assert {signal.column for signal in signals if signal.alarm} == set(bad)
    assert [signal.p_value for signal in signals] == sorted(signal.p_value for signal in signals)
    worst = signals[0]
    assert worst.kind == "segment quality"
    assert worst.size > 0.2
    assert worst.column in worst.text


def test_where_nothing_has_changed_alarms_are_as_rare_as_promised() -> None:
    """Of 60 draws at most 8 may alarm: more has a probability of 1 in 200 at a rate of 5 %."""
    alarms = sum(
        any(one.alarm for one in quality_by_segment(*losses(2 * n), *losses(2 * n + 1)))
        for n in range(60)
    )
    assert alarms <= 8


def test_rows_of_one_day_count_as_one() -> None:
    random = np.random.default_rng(0)
    days = np.repeat(np.arange(20), 100)
    luck = random.normal(size=20)[days]
    place = pl.Series(["here"] * 2_000)
    now, before = luck + 0.5, random.normal(size=20)[days]
    (alone,) = quality_by_segment(place, now, place, before)
    (together,) = quality_by_segment(place, now, place, before, days, days)
    assert alone.p_value < 1e-6
    assert together.p_value > 0.01


def test_places_of_few_rows_or_without_a_past_are_not_judged() -> None:
    few, many = pl.Series(["few"] * 10 + ["many"] * 50), np.ones(60)
    found = quality_by_segment(few, many, pl.Series(["many"] * 50), np.ones(50))
    assert [signal.column for signal in found] == ["many"]
    assert not found[0].alarm


def test_the_place_whose_rows_have_moved_is_named() -> None:
    random = np.random.default_rng(0)
    places = np.repeat(["a", "b", "c"], 400)
    before = pl.DataFrame(
        {"x": random.normal(size=1_200), "kind": random.choice(["u", "v"], 1_200)}
    )
    shift = np.where(places == "b", 1.0, 0.0)
    now = before.with_columns(x=pl.Series(random.normal(size=1_200) + shift))
    names = pl.Series("segment", places)
    signals = drift_by_segment(before, now, names, names)
    assert [signal.column for signal in signals if signal.alarm] == ["b"]
    assert "x" in signals[0].text
