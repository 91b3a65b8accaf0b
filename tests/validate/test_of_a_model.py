"""Subgroups, fairness and slices of a model whose truth is known."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads
from relevo.data.contract import learn_contract
from relevo.errors import DataMistake
from relevo.model.build import build
from relevo.problem.problem import Problem, Roles, Source
from relevo.train.central import Central
from relevo.train.judged import set_aside
from relevo.validate.groups.fairness import fairness
from relevo.validate.groups.slices import slices
from relevo.validate.groups.subgroups import subgroups


@pytest.fixture(scope="module")
def built():
    """Nothing can be learnt of city c, and women are called positive more often."""
    rng = np.random.default_rng(0)
    x, city = rng.normal(size=6000), rng.choice(["a", "b", "c"], 6000)
    school = rng.integers(0, 12, 6000)
    sex, age = rng.choice(["f", "m"], 6000), rng.uniform(18, 80, 6000)
    score = np.where(city == "c", 0.0, 2 * x) + (sex == "f") + rng.logistic(size=6000) * 0.5
    rows = pl.DataFrame({"x": x, "city": city, "sex": sex, "age": age, "school": school})
    rows = rows.with_columns(y=pl.Series(np.where(score > 0.5, "yes", "no")))
    problem = Problem(
        name="p",
        task="classification",
        target="y",
        data=Source(path="x.csv"),
        positive="yes",
        roles=Roles(segment=("city", "school"), sensitive=("sex", "age")),
    )
    return build(
        problem,
        learn_contract(rows, "y", problem.roles),
        set_aside(rows, problem, seed=0, share=0.5),
        Budget(2.0),
        strategy=Central(),
        runner=Threads(1),
        now=datetime(2026, 1, 1, tzinfo=UTC),
        learner="boosting",
        trials=1,
    )


def test_the_segment_that_cannot_be_learnt_is_worse(built):
    found = subgroups(built.model, built.tables["judged"])
    assert {one.column for one in found.groups} == {"city", "school", "sex", "age"}
    assert "school = 11" in {one.name for one in found.groups}
    assert found.worse[0].name.endswith("c")


def test_the_sensitive_column_with_a_gap_is_named(built):
    found = fairness(built.model, built.tables["judged"])
    sex, age = found.columns
    assert sex["demographic_parity_difference"].beyond_noise
    assert len(age.groups) == 4
    assert any(text.startswith("sex") for text in found.said("en"))


def test_the_worst_slice_is_that_segment(built):
    found = slices(built.model, built.tables["judged"])
    assert any("city" in one.text for one in found)


def test_an_absent_column_is_a_mistake(built):
    for call in (subgroups, fairness):
        with pytest.raises(DataMistake) as caught:
            call(built.model, built.tables["judged"], ["colour"])
        assert caught.value.key == "subgroups.no_column"
        assert all(caught.value.parts("es").values())
