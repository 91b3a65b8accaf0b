from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from relevo.problem.problem import Problem, Renew, Roles, Source
from relevo.renew import guards
from relevo.renew.guards import latency_guard, segment_guard, size_guard


def problem() -> Problem:
    source, roles = Source(path="x.csv"), Roles(segment=("city",))
    return Problem(name="p", task="regression", target="y", data=source, roles=roles)


def broken(worse_in_b: float, rows_of_b: int) -> list[str]:
    random = np.random.default_rng(0)
    city = ["a"] * 2000 + ["b"] * rows_of_b
    champion = random.normal(1.0, 0.1, len(city))
    challenger = champion - 0.05 + random.normal(0, 0.05, len(city))
    challenger[2000:] += worse_in_b
    frame = pl.DataFrame({"city": city})
    return list(segment_guard(frame, champion, challenger, problem(), np.arange(len(city))))


def test_a_segment_that_gets_much_worse_breaks_the_guard() -> None:
    found = broken(worse_in_b=0.4, rows_of_b=200)
    assert len(found) == 1
    assert "city = b" in found[0]


def test_a_little_worse_or_too_few_rows_do_not() -> None:
    assert broken(worse_in_b=0.1, rows_of_b=200) == []
    assert broken(worse_in_b=0.4, rows_of_b=50) == []
    assert broken(worse_in_b=0.0, rows_of_b=200) == []


def test_a_model_many_times_as_large_breaks_the_guard(tmp_path: Path) -> None:
    sizes = {"tiny": 100, "little": 900, "small": 1_000_000, "large": 9_000_000}
    for name, size in sizes.items():
        (tmp_path / name / "predictor").mkdir(parents=True)
        (tmp_path / name / "predictor" / "model.txt").write_bytes(b"x" * size)
    rules = Renew(guard_size=5.0)
    assert len(list(size_guard(tmp_path / "small", tmp_path / "large", rules))) == 1
    assert list(size_guard(tmp_path / "large", tmp_path / "small", rules)) == []
    assert list(size_guard(tmp_path / "tiny", tmp_path / "little", rules)) == []


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock that rows are timed by; it stands still unless a model takes its time."""
    now = [0.0]
    monkeypatch.setattr(guards, "perf_counter", lambda: now[0])
    return now


def test_a_model_that_takes_many_times_longer_breaks_the_guard(clock: list[float]) -> None:
    def taking(seconds: float) -> Any:
        def predict_row(row: dict[str, object]) -> None:
            # One row in four takes a hundred times as long, as on a machine that is busy.
            clock[0] += seconds * (100 if row["x"] % 4 == 0 else 1)  # type: ignore[operator]

        return SimpleNamespace(predict_row=predict_row)

    rows = pl.DataFrame({"x": range(300)})
    champion, challenger = taking(0.001), taking(0.002)
    (told,) = latency_guard(champion, challenger, rows, Renew(guard_latency=1.9))
    assert "2.0" in told
    assert "1.9" in told
    assert list(latency_guard(champion, challenger, rows, Renew(guard_latency=2.1))) == []
    assert list(latency_guard(challenger, champion, rows, Renew(guard_latency=1.9))) == []
