from __future__ import annotations

import numpy as np
import pytest

from relevo.renew.decay import Decay
from relevo.renew.recommend import recommend

CADENCES = {"never": 0, "monthly": 30, "weekly": 7, "daily": 1}


def curve(spread: float, power: float = 0.5) -> Decay:
    random = np.random.default_rng(0)
    draws = tuple((0.002 * float(np.exp(spread * one)), power) for one in random.normal(size=100))
    return Decay(0.002, power, draws, rows_per_day=1000.0, seen_days=100.0)


@pytest.mark.parametrize(
    ("update", "cadence"), [(0.0, "daily"), (15.0, "weekly"), (150.0, "monthly"), (1e5, "never")]
)
def test_dearer_updates_come_less_often(update: float, cadence: str) -> None:
    found = recommend(curve(0.1), CADENCES, update, 1000.0, 500.0, days=400)
    assert found.cadence == cadence
    assert found.enough
    assert found.reasons == ()
    assert found.regret <= found.regret_at_most


def test_what_is_not_known_is_said() -> None:
    unsure = recommend(curve(1.5), CADENCES, 100.0, 1000.0, 500.0, days=100)
    assert not unsure.enough
    assert unsure.reasons == ("too_unsure", "no_season")
    short = recommend(curve(0.0), CADENCES, 100.0, 1000.0, 500.0, days=30)
    assert short.reasons[0] == "too_short"
    assert not short.enough


def test_where_much_hangs_on_a_pace_that_a_season_may_change_it_is_said() -> None:
    """Models that lose more by a month of age than fresh ones do in all, and steady ones."""
    steep = Decay(0.1, 0.5, rows_per_day=40.0, seen_days=100.0)
    found = recommend(steep, CADENCES, 10.0, 40.0, 10.0, days=120)
    assert (found.enough, found.reasons) == (False, ("other_pace", "no_season"))
    assert recommend(steep, CADENCES, 10.0, 40.0, 10.0, days=400).enough
    assert recommend(curve(0.0), CADENCES, 15.0, 1000.0, 500.0, days=120).enough


def test_free_updates_come_as_often_as_they_can() -> None:
    still = Decay(0.0, 0.5, rows_per_day=1000.0)
    assert recommend(still, CADENCES, 1.0, 1000.0, 500.0, days=400).cadence == "never"
    assert recommend(curve(0.0), CADENCES, 0.0, 1000.0, 500.0, days=400).cadence == "daily"
