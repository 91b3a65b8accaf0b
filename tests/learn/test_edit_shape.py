from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from relevo.compute.budget import Budget
from relevo.errors import OptionMistake
from relevo.learn.additive import Additive
from relevo.learn.additive_predictor import AdditivePredictor
from relevo.learn.edit_shape import edit_shape
from relevo.learn.learner import Target
from relevo.learn.registry import load_predictor
from relevo.prepare.matrix import Matrix

WHO: dict[str, Any] = {"why": "The law", "by": "Ada", "now": datetime(2026, 1, 2, tzinfo=UTC)}


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    random = np.random.default_rng(0)
    values = np.stack([random.uniform(0, 10, 500), random.integers(0, 2, 500)], axis=1)
    return Matrix(values, ("age", "kind"), ("age", "kind"), {1: 2})


@pytest.fixture(scope="module")
def predictor(matrix: Matrix) -> AdditivePredictor:
    score = np.sin(matrix.values[:, 0]) + matrix.values[:, 1]
    learner = Additive(bins=20, monotone={})
    return learner.fit(matrix, Target(score), Budget(600))


def test_a_stretch_is_levelled_and_the_mean_stays(
    predictor: AdditivePredictor, matrix: Matrix
) -> None:
    before = predictor.scores(matrix)
    changed = edit_shape(predictor, "age", flat=(4.0, 6.0), **WHO)
    inside = (matrix.values[:, 0] > 4.0) & (matrix.values[:, 0] < 6.0)
    parts = changed.contributions(matrix)[:, 0]
    assert np.ptp(parts[inside, 0]) < 1e-12
    assert np.ptp(predictor.contributions(matrix)[inside, 0, 0]) > 0.1
    assert changed.scores(matrix).mean() == pytest.approx(before.mean(), abs=1e-12)
    np.testing.assert_array_equal(predictor.scores(matrix), before)


def test_a_shape_is_made_to_rise(predictor: AdditivePredictor) -> None:
    changed = edit_shape(predictor, "age", way=1, **WHO)
    assert (np.diff(changed.table[changed.bins.of(0)][:-1, 0]) >= 0).all()


def test_without_keeping_the_mean_other_rows_stay(
    predictor: AdditivePredictor, matrix: Matrix
) -> None:
    changed = edit_shape(predictor, "kind", values={1: 5.0}, keep_mean=False, **WHO)
    before, after = predictor.scores(matrix), changed.scores(matrix)
    other = matrix.values[:, 1] == 0
    np.testing.assert_allclose(after[other], before[other], atol=1e-12)
    was = predictor.table[predictor.bins.of(1)][1, 0]
    np.testing.assert_allclose(after[~other], before[~other] + 5.0 - was, atol=1e-12)


def test_the_record_is_saved(predictor: AdditivePredictor, tmp_path: Path) -> None:
    once = edit_shape(predictor, "age", flat=(4.0, 6.0), **WHO)
    twice = edit_shape(once, "kind", values={0: 0.5}, **WHO)
    twice.save(tmp_path)
    again = load_predictor(tmp_path)
    assert isinstance(again, AdditivePredictor)
    assert again.edits == twice.edits
    assert [one.feature for one in again.edits] == ["age", "kind"]
    assert (again.edits[1].why, again.edits[1].by, again.edits[1].now) == tuple(WHO.values())
    assert again.edits[1].bins == (0,)
    assert again.edits[1].after == ((0.5,),)
    assert predictor.edits == ()


@pytest.mark.parametrize(
    ("feature", "asked", "key"),
    [
        ("agee", {"way": 1}, "shapes.unknown"),
        ("age", {}, "shapes.one_change"),
        ("age", {"way": 1, "flat": (1.0, 2.0)}, "shapes.one_change"),
        ("age", {"way": 1, "why": " "}, "shapes.no_reason"),
        ("kind", {"way": 1}, "shapes.no_order"),
        ("kind", {"values": {7: 1.0}}, "shapes.bad_value"),
        ("kind", {"values": {0: float("nan")}}, "shapes.bad_value"),
    ],
)
def test_bad_changes_are_told(
    predictor: AdditivePredictor, feature: str, asked: dict[str, Any], key: str
) -> None:
    with pytest.raises(OptionMistake) as caught:
        edit_shape(predictor, feature, **{**WHO, **asked})
    assert caught.value.key == key
    assert all(caught.value.parts("es").values())


def test_a_promise_cannot_be_edited_away(matrix: Matrix) -> None:
    learner = Additive(bins=8, monotone={"age": 1})
    bound = learner.fit(matrix, Target(matrix.values[:, 0]), Budget(600))
    with pytest.raises(OptionMistake) as caught:
        edit_shape(bound, "age", values={0: 100.0}, **WHO)
    assert caught.value.key == "shapes.broken_promise"
