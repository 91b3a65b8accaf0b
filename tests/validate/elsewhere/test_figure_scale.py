from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from relevo.score.metrics import METRICS
from relevo.validate.elsewhere.figure_scale import FigureScale

FIGURES = {
    "roc_auc": (0.01, 0.99),
    "log_loss": (0.01, 5.0),
    "rmse": (0.01, 1e4),
    "r2": (-9.0, 0.99),
}


@pytest.mark.parametrize("name", FIGURES)
@given(share=some.floats(0, 1))
def test_there_and_back_again_with_the_slope_that_it_says(name, share):
    low, high = FIGURES[name]
    value = low + share * (high - low)
    scale = FigureScale(METRICS[name])
    assert scale.back(scale.to(value)) == pytest.approx(value, rel=1e-9, abs=1e-9)
    step = 1e-6 * max(abs(value), 1e-2)
    rise = (scale.to(value + step) - scale.to(value - step)) / (2 * step)
    assert scale.slope(value) == pytest.approx(rise, rel=1e-3)
    assert rise > 0  # a higher figure lies higher, whichever is better


def test_a_perfect_figure_of_few_rows_is_not_infinitely_good():
    scale = FigureScale(METRICS["roc_auc"])
    assert scale.to(1.0, units=10) == pytest.approx(math.log(21))
    assert math.isfinite(scale.slope(1.0, units=10))


def test_what_is_lacking_to_be_perfect():
    assert FigureScale(METRICS["r2"]).short(0.7) == pytest.approx(0.3)
    assert FigureScale(METRICS["rmse"]).short(2.0) == 2.0
