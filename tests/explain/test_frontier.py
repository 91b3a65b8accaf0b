from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads
from relevo.explain.frontier import Frontier, frontier
from relevo.explain.frontier_section import frontier_section, frontier_sentence
from relevo.picture.page import page
from relevo.problem.problem import Problem, Source, Training

PROBLEM = Problem(
    name="truth",
    task="classification",
    target="y",
    positive="yes",
    data=Source(path="x.csv"),
    training=Training(interpretable=True, rising="a"),  # asked of the model, not of the others
)


def frame(n: int, seed: int) -> pl.DataFrame:
    """Two columns that tell something only together."""
    random = np.random.default_rng(seed)
    a, b = random.normal(size=n), random.normal(size=n)
    label = np.where(3 * a * b + random.normal(size=n) > 0, "yes", "no")
    return pl.DataFrame({"a": a, "b": b, "y": label})


def found(train: int, judged: int) -> Frontier:
    return frontier(
        frame(train, 0), frame(judged, 1), PROBLEM, None, Budget(600), runner=Threads(1), trials=2
    )


@pytest.fixture(scope="module")
def apart() -> Frontier:
    return found(400, 1_200)


def test_what_columns_tell_together_costs_the_glass_box(apart: Frontier) -> None:
    glass, trees = apart.of("additive"), apart.of("boosting")
    assert (apart.metric, apart.rows, apart.splits) == ("roc_auc", 1_200, 1)
    assert abs(glass.value - 0.5) < 0.08  # chance, of 1,200 rows
    assert trees.value > 0.8
    assert glass.gap_interval[0] > 0.2
    assert glass.gap_interval[0] < glass.gap < glass.gap_interval[1]
    assert apart.of(apart.best).gap == 0.0
    assert apart.of(apart.best).gap_interval == (0.0, 0.0)


def test_the_readable_stand_first(apart: Frontier) -> None:
    pieces = [model.pieces for model in apart.models]
    assert pieces == sorted(pieces)
    assert apart.of("additive").pieces <= 2
    assert apart.of("boosting").pieces > 20


@pytest.mark.parametrize(("lang", "beyond"), [("en", "beyond noise"), ("es", "azar")])
def test_one_sentence_and_a_section(apart: Frontier, lang: str, beyond: str) -> None:
    sentence = frontier_sentence(apart, lang)
    assert beyond in sentence
    assert "roc_auc" in sentence
    text = page("t", [frontier_section(apart, lang)], lang)
    assert sentence in text
    assert "{" not in text.split("</style>")[1]


def test_the_best_costs_nothing(apart: Frontier) -> None:
    assert "nothing" in frontier_sentence(apart, "en", kind=apart.best)


def test_few_rows_judge_in_turn() -> None:
    few = found(60, 40)
    assert (few.rows, few.splits) == (100, 5)
    assert all(np.isfinite(model.value) for model in few.models)
