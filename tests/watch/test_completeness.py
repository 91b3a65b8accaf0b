from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from relevo.errors import DataMistake
from relevo.watch.completeness import completeness

NOW = datetime(2024, 6, 30)


def stream(days=120, per_day=40, mean_delay=5.0, ever=0.8, seed=0):
    rng = np.random.default_rng(seed)
    age = np.repeat(np.arange(days)[::-1], per_day).astype(float)
    delay = rng.exponential(mean_delay, len(age))
    comes = rng.random(len(age)) < ever
    made = [NOW - timedelta(days=float(one)) for one in age]
    came = [
        at + timedelta(days=float(d)) if c and d <= a else None
        for at, d, c, a in zip(made, delay, comes, age, strict=True)
    ]
    return pl.Series(made), pl.Series(came, dtype=pl.Datetime("us"))


def test_only_the_newest_periods_are_not_complete():
    found = completeness(*stream(), NOW)
    complete = [period.complete for period in found.periods]
    assert complete == sorted(complete, reverse=True)
    # with a mean of 5 days, 95 % of the outcomes need 15 days: two weeks and a part
    assert 2 <= complete.count(False) <= 4
    assert found.periods[0].share == pytest.approx(0.8, abs=0.1)
    assert found.periods[-1].arrived < 0.6
    assert found.delay_days == pytest.approx(5 * np.log(2), rel=0.15)
    assert (found.early, found.ahead) == (0, 0)


def test_what_has_arrived_is_what_will_have_been_there():
    made, came = stream(seed=1)
    found = completeness(made, came, NOW, "month")
    last = found.periods[-1]
    assert last.share / 0.8 == pytest.approx(last.arrived, abs=0.06)


def test_clocks_that_go_back_are_counted():
    made = pl.Series([date(2024, 6, 1), date(2024, 6, 2), date(2024, 7, 5)])
    came = pl.Series([date(2024, 5, 30), date(2024, 6, 9), None])
    found = completeness(made, came, NOW, "month")
    assert (found.early, found.ahead) == (1, 1)


def test_no_outcome_at_all():
    made = pl.Series([date(2024, 6, 1)] * 3)
    found = completeness(made, pl.Series([None] * 3), NOW)
    assert [(p.labelled, p.complete) for p in found.periods] == [(0, False)]
    assert np.isnan(found.delay_days)


@pytest.mark.parametrize(
    ("made", "came", "key"),
    [
        ([date(2024, 6, 1), None], [None, None], "watch.missing_times"),
        ([1, 2], [None, None], "watch.no_times"),
        ([date(2024, 6, 1)], [None, None], "score.lengths"),
    ],
)
def test_mistakes(made, came, key):
    with pytest.raises(DataMistake) as caught:
        completeness(pl.Series(made), pl.Series(came), NOW)
    assert caught.value.key == key
