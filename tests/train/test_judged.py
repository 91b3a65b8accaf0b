from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.errors import DataMistake
from relevo.problem.problem import Problem, Roles, Source
from relevo.train.judged import set_aside


def problem(task: str = "classification", time: str | None = None) -> Problem:
    return Problem(
        name="p",
        task=task,  # type: ignore[arg-type]
        target="y",
        data=Source(path="rows.csv"),
        roles=Roles(time=time),
    )


@given(
    counts=st.lists(st.integers(2, 60), min_size=2, max_size=5),
    share=st.floats(0.05, 0.9),
    seed=st.integers(0, 99),
)
def test_every_class_trains_and_judges(counts: list[int], share: float, seed: int) -> None:
    labels = [f"c{i}" for i, count in enumerate(counts) for _ in range(count)]
    frame = pl.DataFrame({"y": labels, "row": range(len(labels))})
    parts = set_aside(frame, problem(), seed, share)
    assert sorted([*parts.train["row"], *parts.judged["row"]]) == list(range(len(labels)))
    for count, label in zip(counts, sorted(set(labels)), strict=True):
        judged = parts.judged.filter(pl.col("y") == label).height
        assert judged == min(max(1, round(count * share)), count - 1)


def test_numbers_are_spread_over_their_range() -> None:
    frame = pl.DataFrame({"y": np.random.default_rng(0).lognormal(size=2000)})
    parts = set_aside(frame, problem("regression"), seed=0)
    # Within each of 20 quantiles the share is exact to a row, so the halves differ by < 20 rows.
    upper = parts.judged.filter(pl.col("y") > frame["y"].median()).height
    assert parts.judged.height == pytest.approx(400, abs=20)
    assert upper == pytest.approx(200, abs=10)


def test_the_same_seed_gives_the_same_rows() -> None:
    frame = pl.DataFrame({"y": ["a", "b"] * 200, "row": range(400)})
    one, again = (set_aside(frame, problem(), 3).judged for _ in range(2))
    assert one.equals(again)
    assert not one.equals(set_aside(frame, problem(), 4).judged)


@given(
    hours=st.lists(st.integers(0, 200), min_size=12, max_size=200).filter(lambda h: len(set(h)) > 3)
)
def test_every_judged_row_is_newer_than_every_training_row(hours: list[int]) -> None:
    times = [datetime(2025, 1, 1) + timedelta(hours=hour) for hour in hours]
    frame = pl.DataFrame({"t": times, "y": ["a"] * len(times)})
    try:
        parts = set_aside(frame, problem(time="t"), seed=0)
    except DataMistake:
        # More than four fifths of the rows share the earliest moment: nothing is older than them.
        assert sum(hour == min(hours) for hour in hours) > 0.5 * len(hours)
        return
    assert parts.ordered
    assert parts.train["t"].max() < parts.judged["t"].min()  # type: ignore[operator]
    assert parts.train.height + parts.judged.height == len(times)


def test_one_moment_cannot_be_divided() -> None:
    frame = pl.DataFrame({"t": [datetime(2025, 1, 1)] * 20, "y": ["a", "b"] * 10})
    with pytest.raises(DataMistake) as caught:
        set_aside(frame, problem(time="t"), seed=0)
    assert "one value only" in caught.value.parts("en")["came"]
