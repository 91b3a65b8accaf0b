from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from relevo.errors import DataMistake
from relevo.watch.over_time import quality_over_time


def test_months_weeks_and_days():
    days = pl.date_range(date(2012, 12, 30), date(2013, 2, 10), eager=True)
    target = np.arange(len(days), dtype=float)
    zeros = np.zeros(len(days))
    months = quality_over_time(days, target, zeros, "mae")
    assert [(p.period, p.rows) for p in months] == [
        ("2012-12", 2),
        ("2013-01", 31),
        ("2013-02", 10),
    ]
    assert months[1].value == pytest.approx(target[2:33].mean())
    assert months[1].low < months[1].value < months[1].high
    assert quality_over_time(days, target, zeros, "mae", "week")[0].period == "2012-W52"
    assert len(quality_over_time(days, target, zeros, "mae", "day")) == len(days)


def test_intervals_are_over_days():
    rng = np.random.default_rng(0)
    day = np.repeat(np.arange(28), 40)
    times = np.datetime64("2013-02-01T12:00") + day.astype("timedelta64[D]")
    error = rng.normal(size=28)[day] + 0.1 * rng.normal(size=len(day))
    month = quality_over_time(times, error, np.zeros(len(day)), "rmse")[0]
    assert month.high - month.low > 0.3  # as of 28 rows, not of 1,120
    assert month.rows == 1120


def test_probabilities_and_a_month_of_one_class():
    times = np.array(["2013-01-01", "2013-01-02", "2013-02-01"], "datetime64[D]")
    found = quality_over_time(times, [0, 1, 1], [[0.8, 0.2], [0.1, 0.9], [0.3, 0.7]], "roc_auc")
    assert found[0].value == 1.0
    assert np.isnan(found[1].value)


@pytest.mark.parametrize(
    ("times", "key"),
    [
        (pl.Series([date(2013, 1, 1), None]), "watch.missing_times"),
        (np.array([1, 2]), "watch.no_times"),
        (np.array(["2013-01-01"], "datetime64[D]"), "score.lengths"),
    ],
)
def test_times_must_be_there(times, key):
    with pytest.raises(DataMistake) as caught:
        quality_over_time(times, [1, 2], [1, 2], "mae")
    assert caught.value.key == key
