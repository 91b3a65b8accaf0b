from __future__ import annotations

import numpy as np
import pytest

from relevo.renew.decay_fit import fit_decay

DAYS = 200
COUNTS = np.full(DAYS, 500.0)


def losses(
    scale: float, power: float, every: int = 4, noise: float = 0.0, seed: int = 0
) -> dict[int, np.ndarray]:
    """Days that differ much from each other, models that differ by their age, and noise of both."""
    random = np.random.default_rng(seed)
    day, level = np.arange(DAYS), random.normal(0.5, 0.2, DAYS)
    made = {}
    for start in range(0, DAYS, every):
        age = np.maximum(day - start, 0.0)
        excess = scale * age**power + random.normal(0.0, noise, DAYS)
        made[start] = np.where(day >= start, COUNTS * (level + excess), np.nan)
    return made


@pytest.mark.parametrize(("scale", "power"), [(0.002, 0.5), (0.0005, 0.9), (0.01, 0.2)])
def test_the_curve_is_found_through_the_noise_of_the_days(scale: float, power: float) -> None:
    found = fit_decay(losses(scale, power), COUNTS, DAYS)
    for age in (5.0, 30.0, 90.0):
        assert found.excess(age) == pytest.approx(scale * age**power, rel=0.02)


def test_the_draws_cover_the_curve() -> None:
    """Of 40 histories the 90 % band at 30 days holds the truth in at least 32 (binomial: 0.4 %)."""
    held = 0
    for seed in range(40):
        found = fit_decay(losses(0.002, 0.5, noise=0.05, seed=seed), COUNTS, DAYS)
        low, high = np.quantile([scale * 30**power for scale, power in found.draws], (0.05, 0.95))
        held += low <= 0.002 * 30**0.5 <= high
    assert held >= 32


def test_days_to_come_say_nothing() -> None:
    made = losses(0.002, 0.5, noise=0.02)
    other = {
        day: np.where(np.arange(DAYS) < 100, values, values * 2) for day, values in made.items()
    }
    assert fit_decay(made, COUNTS, 100) == fit_decay(other, COUNTS, 100)


def test_a_stream_that_stays_has_no_decay() -> None:
    found = fit_decay(losses(0.0, 1.0, noise=0.02), COUNTS, DAYS)
    assert abs(found.excess(30.0)) < 0.001
    assert fit_decay({}, COUNTS, DAYS).scale == 0.0
