from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.explain.columns.group_importance import group_importance, groups_of_columns
from relevo.explain.columns.importance import importance
from relevo.explain.columns.importance_section import carried, importance_section


def twins(count: int = 500, seed: int = 0) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    x, z = random.normal(size=(2, count))
    x2 = x + random.normal(size=count) * 0.1
    y = 2 * x + z + random.normal(size=count) * 0.3
    return pl.DataFrame({"x": x, "x2": x2, "z": z, "y": y})


def half_of_each(values):
    return values[:, 0] + values[:, 1] + values[:, 2]


def test_twins_matter_more_together_than_the_sum_of_each_alone(formula):
    model = formula(twins(), half_of_each)
    alone = {one.column: one for one in importance(model, twins(seed=1))}
    (group,) = group_importance(model, twins(seed=1))
    assert group.columns == ("x", "x2")
    assert group.association == pytest.approx(0.99, abs=0.01)
    assert group.interval[0] > alone["x"].importance + alone["x2"].importance
    assert set(carried(list(alone.values()), [group])) == {"x", "x2"}


def test_columns_that_do_not_go_together_are_no_group(formula):
    frame = twins().with_columns(x2=pl.Series(np.random.default_rng(9).normal(size=500)))
    assert group_importance(formula(frame, half_of_each), frame) == ()


def test_groups_are_nested():
    strengths = np.array([[1, 0.9, 0.6, 0], [0.9, 1, 0.7, 0], [0.6, 0.7, 1, 0], [0, 0, 0, 1.0]])
    found = groups_of_columns(("a", "b", "c", "d"), strengths, 0.5)
    assert found == [(("a", "b"), 0.9), (("a", "b", "c"), 0.65)]
    assert groups_of_columns(("a",), np.eye(1), 0.5) == []


def test_the_section_says_whose_group_carries_it(formula):
    model = formula(twins(), half_of_each)
    alone, groups = importance(model, twins(seed=1)), group_importance(model, twins(seed=1))
    for lang, said in (
        ("en", "Carried by their group: x, x2."),
        ("es", "Respaldadas por su grupo"),
    ):
        section = importance_section(alone, groups, "rmse", lang)
        assert any(said in getattr(block, "text", "") for block in section.blocks)
    assert len(importance_section(alone, (), "rmse", "en").blocks) == 2
