from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from relevo.problem.problem import Problem, Renew, Roles, Source
from relevo.renew.guards import segment_guard, size_guard


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
