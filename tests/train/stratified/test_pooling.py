"""Four ways of pooling, and their limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from relevo.train.stratified import pooling as module
from relevo.train.stratified.field import smoothed
from relevo.train.stratified.grams import Cases, Grams
from relevo.train.stratified.losses import Huber, Logistic, Loss, Poisson, Squared
from relevo.train.stratified.pooling import KINDS, Pooling
from relevo.train.stratified.segments import Segments

from .conftest import Truth, truth
from .test_field import grid

SQUARED = Squared()


def pooling_of(rows: Truth, loss: Loss = SQUARED, graph: bool = True) -> Pooling:
    cases = Cases(rows.x, rows.y, Segments.of(rows.segment))
    return Pooling(cases, loss, grid(10) if graph else None)


def errors(rows: Truth) -> dict[str, float]:
    ready = pooling_of(rows)
    return {kind: rows.error(ready.answer(kind).values) for kind in KINDS}


def test_each_kind_is_best_where_it_ought_to_be() -> None:
    one, exchangeable, smooth = (errors(truth(k)) for k in ("one", "exchangeable", "smooth"))
    assert one["common"] <= 1.003 * min(one.values())
    assert one["pooled"] <= 1.003 * one["common"]
    assert exchangeable["pooled"] < 0.95 * min(exchangeable["common"], exchangeable["separate"])
    assert smooth["graph"] < 0.95 * min(smooth["pooled"], smooth["separate"])


def test_what_is_learnt_is_as_good_as_the_best_strength_picked_afterwards() -> None:
    rows = truth("mixed")
    found = errors(rows)
    grams, eye = Grams.of(Cases(rows.x, rows.y, Segments.of(rows.segment))), np.eye(3)
    right, nothing = grams.xy[..., np.newaxis], np.zeros((100, 3, 1))
    smooth_alone = min(
        rows.error(smoothed(grams.xx, right, grid(10), strength * eye, nothing)[..., 0])
        for strength in (0.3, 1.0, 3.0, 10.0)
    )
    assert found["graph"] < 0.97 * found["pooled"]
    assert found["graph"] < 1.01 * smooth_alone


def test_common_is_least_squares_of_all_rows(exchangeable: Truth) -> None:
    found = pooling_of(exchangeable).answer("common")
    wanted = np.linalg.lstsq(exchangeable.x, exchangeable.y)[0]
    np.testing.assert_allclose(found.values, np.tile(wanted, (100, 1)), atol=1e-10)


def test_separate_is_a_ridge_regression_of_each_segment(exchangeable: Truth) -> None:
    from sklearn.linear_model import Ridge

    found = pooling_of(exchangeable).answer("separate")
    for segment in (0, 7, 50):
        rows = exchangeable.segment == segment
        theirs = Ridge(alpha=1.0).fit(exchangeable.x[rows, 1:], exchangeable.y[rows])
        wanted = [theirs.intercept_, *theirs.coef_]
        np.testing.assert_allclose(found.values[segment], wanted, atol=1e-6)


def test_with_very_many_rows_pooled_is_separate() -> None:
    rows = truth("exchangeable", side=5, most=3)
    many = np.tile(np.arange(len(rows.x)), 2_000)
    random = np.random.default_rng(1)
    x = random.normal(size=(len(many), 3))
    x[:, 0] = 1.0
    segment = rows.segment[many]
    y = (x * rows.coefficients[segment]).sum(axis=1) + random.normal(size=len(many))
    ready = Pooling(Cases(x, y, Segments.of(segment)), Squared())
    pooled, separate = ready.answer("pooled"), ready.answer("separate")
    np.testing.assert_allclose(pooled.values, separate.values, atol=2e-3)
    assert pooled.own.min() > 0.99


def test_without_any_difference_pooled_is_common() -> None:
    rows = truth("one")
    rows = replace(rows, y=rows.x @ np.array([1.0, 2.0, 3.0]) + 1e-9 * rows.y)
    ready = pooling_of(rows, graph=False)
    np.testing.assert_allclose(
        ready.answer("pooled").values, ready.answer("common").values, atol=1e-6
    )


@pytest.mark.parametrize("loss", [Logistic(), Poisson()])
def test_other_losses_are_where_their_slope_is_zero(loss: Loss) -> None:
    rows = truth("exchangeable", side=4)
    random = np.random.default_rng(0)
    scores = (rows.x * rows.coefficients[rows.segment]).sum(axis=1) / 2
    drawn = (
        random.binomial(1, loss.mean(scores))
        if loss.name == "logistic"
        else random.poisson(loss.mean(scores))
    )
    cases = Cases(rows.x, drawn.astype(float), Segments.of(rows.segment))
    ready = Pooling(cases, loss)
    slope = rows.x.T @ loss.push(cases.scores(ready.answer("common").values), cases.y)
    np.testing.assert_allclose(slope, 0.0, atol=1e-3)
    separate = ready.answer("separate").values
    push = loss.push(cases.scores(separate), cases.y)
    for segment in range(16):
        own = rows.segment == segment
        pull = separate[segment] * np.array([0.1, 1.0, 1.0])
        np.testing.assert_allclose(rows.x[own].T @ push[own], pull, atol=1e-3)


def test_pooled_classes_are_told_better_than_common_or_separate_ones() -> None:
    rows = truth("exchangeable", most=60)
    random = np.random.default_rng(0)
    loss = Logistic()
    y = random.binomial(1, loss.mean((rows.x * rows.coefficients[rows.segment]).sum(axis=1)))
    scores = (rows.new_x * rows.coefficients[rows.new_segment]).sum(axis=1)
    new_y = random.binomial(1, loss.mean(scores))
    ready = Pooling(Cases(rows.x, y.astype(float), Segments.of(rows.segment)), loss)
    found = {}
    for kind in ("common", "pooled", "separate"):
        values = ready.answer(kind).values
        scores = (rows.new_x * values[rows.new_segment]).sum(axis=1)
        found[kind] = loss.values(scores, new_y).mean()
    assert found["pooled"] < 0.97 * min(found["common"], found["separate"])


def test_a_few_broken_rows_move_huber_less() -> None:
    rows = truth("exchangeable")
    broken = rows.y.copy()
    broken[::50] += 200.0
    rows = replace(rows, y=broken)
    squared, huber = (
        pooling_of(rows, one, graph=False).answer("pooled") for one in (Squared(), Huber())
    )
    assert rows.error(huber.values) < 0.8 * rows.error(squared.values)


def test_fewer_segments_tell_the_spread_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = truth("mixed", side=10)
    whole = {kind: rows.error(pooling_of(rows).answer(kind).values) for kind in ("pooled", "graph")}
    monkeypatch.setattr(module, "_MOST_SEGMENTS", 40)
    part = {kind: rows.error(pooling_of(rows).answer(kind).values) for kind in ("pooled", "graph")}
    for kind, error in whole.items():
        assert part[kind] == pytest.approx(error, rel=0.03)
