from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads
from relevo.explain.glass_box.frontier import Frontier, _cuts, frontier
from relevo.explain.glass_box.frontier_section import frontier_section, frontier_sentence
from relevo.picture.page import page
from relevo.problem.problem import Problem, Roles, Source, Training

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
    cuts = list(_cuts(frame(160, 0), frame(40, 1), PROBLEM, seed=0))
    assert len(cuts) == 5
    for cut in cuts:
        assert (cut.train.height, cut.judged.height) == (160, 40)
        assert cut.train.join(cut.judged, on=["a", "b"]).is_empty()
        share = (cut.judged["y"] == "yes").mean()
        assert abs(share - 0.5) < 0.15
    assert pl.concat([cut.judged for cut in cuts])["a"].n_unique() == 200


def test_in_the_order_of_time_the_newest_judge() -> None:
    ordered = PROBLEM.model_copy(update={"roles": Roles(time="a")})
    (only,) = _cuts(frame(60, 0), frame(40, 1), ordered, seed=0)
    assert only.ordered
    assert only.judged.height == 40
