from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from relevo.data.profile_rate import POINTS, rate

START = datetime(2013, 1, 1)


def table(hours, step=1, outcome=None):
    times = [START + timedelta(hours=at) for at in range(0, hours, step)]
    return pl.DataFrame({"when": times, "y": outcome or [at % 4 == 0 for at in range(len(times))]})


@pytest.mark.parametrize(
    ("hours", "unit"),
    [
        (48, "1h"),
        (24 * 30, "1d"),
        (24 * 365, "1w"),
        (24 * 365 * 4, "1mo"),
        (24 * 365 * 12, "1q"),
        (24 * 365 * 50, "1y"),
        (24 * 365 * 300, "10y"),
    ],
)
def test_the_finest_unit_that_gives_sixty_points(hours, unit):
    found = rate(table(hours, step=max(1, hours // 500)), "y", "when", "classification")
    assert found.unit == unit
    assert len(found.labels) <= POINTS


def test_shares_and_rows_are_those_of_each_unit():
    found = rate(table(24 * 20), "y", "when", "classification")
    assert found.labels[0] == "2013-01-01"
    assert found.rows == (24,) * 20
    assert found.values == {"y = True": (0.25,) * 20}
    low, high = found.intervals["y = True"][0]
    assert (low, high) == pytest.approx((0.120, 0.449), abs=5e-4)  # Wilson for 6 of 24


def test_a_mean_has_the_interval_of_a_mean():
    values = np.random.default_rng(0).normal(10, 2, 24).tolist()
    frame = pl.concat(
        [
            table(24, outcome=values),
            table(1, outcome=[5.0]).with_columns(pl.col("when") + pl.duration(days=60)),
        ]
    )
    found = rate(frame, "y", "when", "regression")
    low, high = found.intervals["y"][0]
    reach = 1.96 * np.std(values, ddof=1) / 24**0.5
    assert found.values["y"][0] == pytest.approx(np.mean(values))
    assert (high - low) / 2 == pytest.approx(reach, rel=1e-3)
    assert found.intervals["y"][1] is None


@pytest.mark.parametrize(
    ("outcome", "followed"),
    [
        ([0, 0, 0, 1], ["y = 1"]),
        ([1, 1, 1, 0], ["y = 1"]),
        (["no", "no", "no", "yes"], ["y = yes"]),
        (["a", "a", "a", "b", "b", "c", "c", "c", "c", "d"], ["y = c", "y = a", "y = b"]),
    ],
)
def test_the_class_that_is_followed(outcome, followed):
    found = rate(table(len(outcome), outcome=outcome), "y", "when", "classification")
    assert list(found.values) == followed
    chosen = rate(table(len(outcome), outcome=outcome), "y", "when", "classification", outcome[0])
    assert list(chosen.values) == [f"y = {outcome[0]}"]


def test_rows_without_a_time_or_a_target_are_left_out():
    frame = pl.DataFrame({"when": [START, None, START], "y": [1.0, 2.0, None]})
    assert rate(frame, "y", "when", "regression").rows == (1,)
    assert rate(frame.head(0), "y", "when", "regression") is None
    assert rate(frame, "when", "y", "regression") is None


def test_days_and_zones_are_times_too():
    frame = table(48).with_columns(pl.col("when").dt.replace_time_zone("Europe/Madrid"))
    assert len(rate(frame, "y", "when", "classification").labels) == 48
    assert rate(frame.with_columns(pl.col("when").dt.date()), "y", "when", "classification").rows
