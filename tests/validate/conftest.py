"""Small worlds of several places, and a recipe that costs nothing, for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pytest

from relevo.learn.learner import Prediction
from relevo.problem.problem import Problem
from relevo.words import use_language


@dataclass
class PlaceMeans:
    """A recipe that knows two things: the slope of `x`, and the level of each place it has seen."""

    problem: Problem
    classes: tuple[Any, ...] = ()
    fits: int = 0

    def __call__(self, train: pl.DataFrame, judged: pl.DataFrame) -> Prediction:
        self.fits += 1
        levels = train.group_by("place").agg(level=(pl.col("y") - pl.col("x")).mean())
        known = judged.join(levels, on="place", how="left", maintain_order="left")
        return Prediction((known["x"] + known["level"].fill_null(0.0)).to_numpy())


def problem(task: str, ignore: tuple[str, ...] = (), **roles: Any) -> Problem:
    return Problem.model_validate(
        {
            "name": "rows",
            "task": task,
            "target": "y",
            "data": {"path": "rows.csv"},
            "columns": {"ignore": ignore},
            "positive": "yes" if task == "classification" else None,
            "roles": roles,
        }
    )


def levels(seed: int, places: int = 12, rows: int = 80, level: float = 0.0) -> pl.DataFrame:
    """`y = x + noise`, and in each place a level of its own (standard deviation `level`)."""
    random = np.random.default_rng(seed)
    place = np.repeat(np.arange(places), rows)
    x = random.normal(size=len(place))
    y = x + level * random.normal(size=places)[place] + random.normal(size=len(place))
    day = random.permutation(len(place))
    return pl.DataFrame({"x": x, "place": [f"p{one}" for one in place], "day": day, "y": y})


def chances(
    seed: int, rows: int = 600, places: int = 6, slope: float = 1.2, middle: float = 0.0
) -> pl.DataFrame:
    """`yes` is likely where `x` is high; `z` and the places tell nothing."""
    random = np.random.default_rng(seed)
    x, z = random.normal(middle, 1, rows), random.normal(size=rows)
    y = np.where(random.random(rows) < 1 / (1 + np.exp(-slope * x)), "yes", "no")
    place = [f"p{one}" for one in random.integers(0, places, rows)]
    return pl.DataFrame({"x": x, "z": z, "place": place, "y": y})


@pytest.fixture
def place_means() -> Callable[..., PlaceMeans]:
    return lambda **roles: PlaceMeans(problem("regression", **roles))


@pytest.fixture
def problem_of() -> Callable[..., Problem]:
    return problem


@pytest.fixture
def levels_of_places() -> Callable[..., pl.DataFrame]:
    return levels


@pytest.fixture
def chances_of_rows() -> Callable[..., pl.DataFrame]:
    return chances


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    use_language("en")
    yield
    use_language(None)
