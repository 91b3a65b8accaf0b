"""What stays as it is, or moves slowly, within as much time as other rows last."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from relevo.watch.faults.part import Part

START = datetime(2025, 1, 1)


def times(count: int, step: timedelta, start: datetime = START) -> pl.Series:
    return pl.Series([start + step * at for at in range(count)], dtype=pl.Datetime("us"))


@pytest.fixture
def before() -> Part:
    """A month, a row every ten minutes."""
    rng = np.random.default_rng(8)
    count = 30 * 144
    day = np.arange(count) / 144
    rows = {
        "weather": np.repeat(rng.choice(["dry", "wet", "snow"], count // 24), 24),
        "degrees": 10 + 8 * np.sin(2 * np.pi * day / 9) + rng.normal(size=count),
        "load": rng.normal(size=count),
        "vessel": rng.choice(["ro-ro", "hydrofoil"], count),
        "same": np.ones(count),
        "gone": pl.Series([None] * count, dtype=pl.Float64),
    }
    return Part(pl.DataFrame(rows), times(count, timedelta(minutes=10)))


def lasting(duration: timedelta) -> Part:
    rows = pl.DataFrame({"load": [0.0] * 50})
    return Part(rows, times(50, duration / 49, START + timedelta(days=40)))


@pytest.mark.parametrize(
    ("duration", "dragging"),
    [
        (timedelta(minutes=20), {"weather", "degrees"}),
        (timedelta(hours=6), {"degrees"}),
        (timedelta(days=5), set()),
    ],
)
def test_what_moves_more_slowly_than_a_window_lasts_drags(
    before: Part, duration: timedelta, dragging: set[str]
) -> None:
    now = lasting(duration)
    assert {name for name in before.rows.columns if before.drags(name, now)} == dragging
    assert {name for name in before.rows.columns if before.stays(name, now)} == (
        dragging & {"weather"}
    )


def test_without_times_or_with_few_rows_nothing_is_known_to_drag(before: Part) -> None:
    now = lasting(timedelta(minutes=20))
    assert not Part(before.rows).drags("degrees", now)
    assert not before.drags("degrees", Part(now.rows))
    few = Part(before.rows.head(40), before.times.head(40))
    assert not few.drags("weather", now)
