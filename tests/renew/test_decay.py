from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.renew.decay import Decay


@given(
    scale=st.floats(1e-5, 0.1),
    power=st.floats(0.05, 1.0),
    update=st.floats(0.01, 1000.0),
    row=st.floats(1.0, 1e4),
)
def test_no_cadence_costs_less_than_the_best(
    scale: float, power: float, update: float, row: float
) -> None:
    curve = Decay(scale, power)
    best = curve.best(update, row)
    for days in np.geomspace(1.0, 3000.0, 60):
        assert best.cost_per_day <= curve.cost_per_day(days, update, row) * (1 + 1e-9)


def test_what_is_lost_is_the_area_below_the_curve() -> None:
    curve = Decay(0.02, 0.7)
    ages = np.linspace(0.0, 30.0, 20_001)
    area = np.trapezoid([curve.excess(age) for age in ages], ages)
    assert curve.lost(30.0) == pytest.approx(float(area), rel=1e-4)


def test_dear_updates_of_a_model_that_ages_little_never_pay() -> None:
    assert Decay(1e-6, 0.1).best(update=1e6, row=1.0).days == float("inf")
