from __future__ import annotations

from dataclasses import replace

import pytest

from relevo.renew.decay import Decay
from relevo.renew.investment import Ages, invest, shadow_only

ROW = 1000.0
LINEAR = Decay(scale=0.001, power=1.0, seen_days=100.0)


def spent(kept: float | None, days: int = 600) -> tuple[float, int, int]:
    """What so many days cost when every update that pays is made; how many of each kind."""
    curve = replace(LINEAR, kept_by_fine_tuning=kept)
    share, cost, made, updated, counts = kept or 0.0, 0.0, 0, 0, {"scratch": 0, "fine-tune": 0}
    for day in range(days):
        ages = Ages(float(day - updated), float(day - made))
        found = invest(curve, ages, (200.0, 10.0), ROW)
        if found.pays:
            counts[found.action] += 1
            cost += found.cost
            updated = day
            made = day if found.action == "scratch" else made
        old = share * curve.excess(day - updated) + (1 - share) * curve.excess(day - made)
        cost += ROW * old
    return cost, counts["scratch"], counts["fine-tune"]


def test_updates_come_at_the_best_cadence() -> None:
    cost, scratch, tuned = spent(None)
    # The best cadence is every 20 days, at 20 a day; a curve that lives on mornings costs less.
    assert (scratch, tuned) == (29, 0)
    assert cost == pytest.approx(600 * 20.0, rel=0.06)


def test_fine_tuning_that_keeps_most_saves_most() -> None:
    cost, scratch, tuned = spent(0.9)
    assert cost < 0.75 * spent(None)[0]
    # By itself each renewal has its own cadence: sqrt(2 * 10 / 0.9) = 5 days, and 63.
    assert 8 <= scratch <= 10
    assert tuned > 80


def test_fine_tuning_that_keeps_nothing_is_left_alone() -> None:
    assert spent(0.02) == pytest.approx(spent(None))


def test_a_loss_that_is_higher_than_the_curve_pays_sooner() -> None:
    ages = Ages(10.0, 10.0)
    assert not invest(LINEAR, ages, (200.0, 200.0), ROW).pays
    assert invest(LINEAR, ages, (200.0, 200.0), ROW, height=3.0).pays


def test_a_shadow_alone_pays_when_its_gain_is_worth_the_cost() -> None:
    assert shadow_only(0.01, 200.0, ROW, 30.0).pays
    assert not shadow_only(0.001, 200.0, ROW, 30.0).pays
