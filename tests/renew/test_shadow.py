from __future__ import annotations

import numpy as np
import pytest

from relevo.learn.learner import Floats
from relevo.renew.shadow import Shadow

DAYS = 200


def gaps(mean: float, alike: float, seed: int) -> Floats:
    """Days whose gaps follow each other with this autocorrelation, of spread one."""
    random = np.random.default_rng(seed)
    steps = random.normal(0.0, np.sqrt(1 - alike**2), DAYS + 50)
    values = np.zeros(DAYS + 50)
    for day in range(1, DAYS + 50):
        values[day] = alike * values[day - 1] + steps[day]
    return values[50:] + mean


def first_day(values: Floats) -> int | None:
    shadow = Shadow(alpha=0.05)
    for day, value in enumerate(values):
        shadow.see(value)
        if shadow.better:
            return day
    return None


@pytest.mark.parametrize(("alike", "most"), [(0.0, 14), (0.4, 24)])
def test_a_replica_that_is_no_better_is_seldom_believed(alike: float, most: int) -> None:
    """Stated: 5 % over all 200 looks, when the spread is known. Of 150 runs 14 are the 97 % point
    of that; days that are alike make the estimated spread too small at first: up to 16 %."""
    wrong = sum(first_day(gaps(0.0, alike, seed)) is not None for seed in range(150))
    assert wrong <= most


def test_a_better_replica_is_believed_within_weeks() -> None:
    days = [first_day(gaps(0.4, 0.4, seed)) for seed in range(60)]
    seen = [day for day in days if day is not None]
    assert len(seen) >= 40  # of 60; found: 47
    assert np.median(seen) < 100


def test_a_worse_replica_is_told_from_an_equal_one() -> None:
    shadow = Shadow()
    for value in gaps(-0.5, 0.0, 1):
        shadow.see(value)
    assert shadow.worse
    assert not shadow.better
    assert shadow.gap().high < 0
    shadow.restart()
    assert not shadow.worse


def test_days_without_a_spread_or_a_number_say_nothing() -> None:
    shadow = Shadow()
    for value in [0.0] * 30 + [float("nan")]:
        shadow.see(value)
    assert not shadow.better
    assert shadow.gap().days == 28
    assert Shadow().gap().days == 0
