from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.errors import DataMistake
from relevo.explain.columns.interactions import interactions
from relevo.explain.columns.interactions_section import interactions_section
from relevo.picture.page import Note, Picture


def frame(count: int = 800, seed: int = 0, correlation: float = 0.0) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    a, b, c = random.normal(size=(3, count))
    b = correlation * a + np.sqrt(1 - correlation**2) * b
    kind = random.choice(["p", "q"], count)
    y = a + b * c + random.normal(size=count)
    return pl.DataFrame({"a": a, "b": b, "c": c, "kind": kind, "y": y})


def product(values):
    return values[:, 0] + values[:, 1] * values[:, 2]


def test_a_planted_product_is_named_first_with_its_share(formula):
    found = interactions(formula(frame(), product), frame(seed=1))
    assert found[0].columns == ("b", "c")
    assert found[0].real
    # a and b c both have variance 1: half of the variance goes through the product.
    low, high = found[0].interval
    assert low < 0.5 < high
    assert found[0].share == pytest.approx(0.5, abs=0.1)
    assert found[0].gain == pytest.approx(1, abs=0.3)  # the variance of b c, in squared error
    assert not any(one.real for one in found[1:])


def test_an_additive_model_has_none(formula):
    model = formula(frame(), lambda v: np.exp(v[:, 0]) + v[:, 1] - np.abs(v[:, 2]) + v[:, 3])
    found = interactions(model, frame(seed=1))
    assert found
    assert max(one.share for one in found) < 1e-12
    assert all(one.p_value == 1 for one in found)


def test_what_is_learnt_from_noise_is_not_real(formula):
    # The score holds a c, the outcomes do not: judged rows lose less without it.
    model = formula(frame(), lambda v: product(v) + 0.3 * v[:, 0] * v[:, 2])
    found = {one.columns: one for one in interactions(model, frame(seed=1))}
    assert found["b", "c"].real
    assert not found["a", "c"].real
    assert found["a", "c"].share > 0.02
    assert found["a", "c"].gain < 0


def test_additive_outcomes_and_correlated_columns_are_no_interaction(formula):
    rows = frame(seed=1, correlation=0.9)
    rows = rows.with_columns(y=pl.col("a") ** 2 + pl.col("b") ** 2 + 0.1 * pl.col("y"))
    # The two are nearly the same, so that their product is nearly a square.
    model = formula(rows, lambda v: 1.9 * v[:, 0] * v[:, 1])
    found = interactions(model, rows)
    assert found[0].columns == ("a", "b")
    alone = interactions(formula(rows, lambda v: v[:, 0] ** 2 + v[:, 1] ** 2), rows)
    assert not any(one.real for one in alone)
    assert found[0].share < 0.1  # with the columns independent it would be all


def test_a_category_and_a_number_work_together(formula):
    rows = frame(seed=1).with_columns(
        y=pl.when(pl.col("kind") == "p").then(pl.col("a")).otherwise(-pl.col("a"))
    )
    model = formula(rows, lambda v: np.where(v[:, 3] == 1, v[:, 0], -v[:, 0]) * 1.0)
    first, *rest = interactions(model, rows)
    assert first.columns == ("a", "kind")
    assert rest == []  # nothing else moves the score
    assert first.surface.down in (("p", "q"), ("q", "p"))
    assert first.surface.values[0][0] * first.surface.values[1][0] < 0


def test_the_pairs_of_a_classification_with_many_classes(formula):
    rows = frame(seed=1)
    by_a = pl.when(pl.col("a") > 0).then(pl.lit("l")).otherwise(pl.lit("m"))
    rows = rows.with_columns(
        y=pl.when(pl.col("b") * pl.col("c") > 0).then(pl.lit("k")).otherwise(by_a)
    )
    model = formula(
        rows,
        lambda v: np.column_stack([3 * v[:, 1] * v[:, 2], v[:, 0], -v[:, 0]]),
        "classification",
    )
    found = interactions(model, rows)
    assert [one.columns for one in found if one.real] == [("b", "c")]


def test_the_chance_of_a_false_alarm_is_kept(formula):
    # Scores with parts that the outcomes do not have, as trees learn them from noise.
    alarms = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        size = random.normal(size=3) * 0.05
        rows = frame(300, seed).with_columns(y=pl.col("a") + pl.Series(random.normal(size=300)))
        model = formula(rows, lambda v, s=size: v[:, 0] + v[:, :3].prod(axis=1) * s[0]
                        + v[:, 0] * v[:, 1] * s[1] + v[:, 1] * v[:, 2] * s[2])  # fmt: skip
        alarms += any(one.real for one in interactions(model, rows, seed=seed))
    assert alarms <= 5  # 2 are expected at 5 %; more than 5 have a chance of 1 %


def test_one_row_has_no_pairs_and_unlabelled_rows_are_refused(formula):
    model = formula(frame(), product)
    assert interactions(model, frame(1)) == ()
    with pytest.raises(DataMistake, match="none has a value of y"):
        interactions(model, frame(10).with_columns(y=pl.lit(None, pl.Float64)))


@pytest.mark.parametrize(("lang", "said"), [("en", "b × c"), ("es", "b × c")])
def test_the_section_names_the_real_pairs_and_shows_their_surface(formula, lang, said):
    found = interactions(formula(frame(), product), frame(seed=1))
    section = interactions_section(found, lang)
    assert isinstance(section.blocks[0], Note)
    assert said in section.blocks[0].text
    assert sum(isinstance(block, Picture) for block in section.blocks) == 2
    nothing = interactions_section(interactions(formula(frame(), product), frame(1)), lang)
    assert len(nothing.blocks) == 1
