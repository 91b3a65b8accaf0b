from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relevo.errors import DataMistake
from relevo.score.intervals import interval
from relevo.score.metrics import METRICS

EVERY = list(METRICS.values())


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    rows=st.integers(3, 60),
    weighted=st.booleans(),
    blocks=st.sampled_from([None, 2, 7]),
    coverage=st.sampled_from([0.5, 0.95, 0.999]),
)
def test_it_contains_the_value_and_keeps_to_the_possible(
    make_classified, make_regressed, seed, rows, weighted, blocks, coverage
):
    for judged in (
        make_classified(rows, 2, seed, ties=True),
        make_classified(rows, 3, seed),
        make_regressed(rows, seed),
    ):
        weight = judged.weight if weighted else None
        ids = None if blocks is None else np.arange(rows) % blocks
        for one in (m for m in EVERY if m.task == judged.task):
            value = one.function(judged.target, judged.seen, weight)
            low, high, how = interval(one, judged.target, judged.seen, weight, coverage, ids)
            assert one.span[0] <= low <= value <= high <= one.span[1], one.name
            assert how


@pytest.mark.parametrize("one", EVERY, ids=lambda m: m.name)
def test_the_order_of_rows_and_the_unit_of_weights_are_nothing(
    make_classified, make_regressed, one
):
    rows = make_classified(90, 3) if one.task == "classification" else make_regressed(90)
    shuffled = np.random.default_rng(5).permutation(90)
    ids = np.array([f"day {row % 9}" for row in range(90)])
    first = interval(one, rows.target, rows.seen, rows.weight, blocks=ids)
    again = interval(
        one,
        rows.target[shuffled],
        rows.seen[shuffled],
        rows.weight[shuffled] * 100,
        blocks=ids[shuffled],
    )
    # Sums in another order; the calibration's simulation turns them around, hence not tighter.
    assert again[:2] == pytest.approx(first[:2], rel=1e-6)


@pytest.mark.parametrize("one", EVERY, ids=lambda m: m.name)
def test_a_row_without_weight_is_not_there(make_classified, make_regressed, one):
    rows = make_classified(60) if one.task == "classification" else make_regressed(60)
    weight = np.where(np.arange(60) % 3 > 0, rows.weight, 0.0)
    there, ids = weight > 0, np.arange(60) // 4
    without = interval(one, rows.target[there], rows.seen[there], weight[there], blocks=ids[there])
    weighed = interval(one, rows.target, rows.seen, weight, blocks=ids)
    assert weighed[:2] == pytest.approx(without[:2], rel=1e-9)


def misses(one, draw, truth, count=300):
    rng = np.random.default_rng(0)
    missed = 0
    for _ in range(count):
        target, seen, blocks = draw(rng)
        low, high, _ = interval(one, target, seen, blocks=blocks)
        missed += not low <= truth <= high
    return missed / count


def draw_binary(rng, rows=250):
    score = rng.normal(-1, 1.5, rows)
    chance = 1 / (1 + np.exp(-score))
    target = (rng.random(rows) < chance).astype(float)
    return target, np.column_stack([1 - chance, chance]), None


def draw_clustered(rng, rows=600, blocks=20):
    block = rng.integers(0, blocks, rows)
    shift = rng.normal(0, 0.8, blocks)[block]
    score = rng.normal(-1, 1.5, rows)
    target = (rng.random(rows) < 1 / (1 + np.exp(-score - shift))).astype(float)
    chance = 1 / (1 + np.exp(-score))
    return target, np.column_stack([1 - chance, chance]), block


def draw_numbers(rng, rows=150):
    seen = rng.normal(size=rows)
    return seen + rng.laplace(size=rows), seen, None


@pytest.mark.parametrize("one", EVERY, ids=lambda m: m.name)
def test_it_covers_as_often_as_it_says(one):
    draw = draw_binary if one.task == "classification" else draw_numbers
    target, seen, _ = draw(np.random.default_rng(99), rows=400_000)
    truth = one.function(target, seen) if one.name != "calibration_error" else 0.0
    # Nominal 5 %; 300 draws have a standard error of 1.3 %, three of which make 9 %.
    assert misses(one, draw, truth) <= 0.09


@pytest.mark.parametrize("name", ["log_loss", "roc_auc", "average_precision", "f1", "accuracy"])
def test_it_covers_when_rows_of_a_block_are_alike(name):
    one = METRICS[name]
    target, seen, _ = draw_clustered(np.random.default_rng(99), 400_000, 20_000)
    truth = one.function(target, seen)
    # As above, and 20 blocks estimate their own spread, hence one point more.
    assert misses(one, draw_clustered, truth) <= 0.10


def test_blocks_widen_what_depends_on_the_block():
    target, seen, block = draw_clustered(np.random.default_rng(3), 5000)
    for name in ("log_loss", "accuracy"):
        alone = interval(METRICS[name], target, seen)
        together = interval(METRICS[name], target, seen, blocks=block)
        assert together[1] - together[0] > 1.5 * (alone[1] - alone[0])
        assert "20 blocks" in together[2]


def test_all_right_is_not_certain():
    target = np.repeat([0.0, 1.0], [20, 10])
    chance = np.column_stack([1 - target, target])
    assert interval(METRICS["accuracy"], target, chance)[0] == pytest.approx(0.878, abs=1e-3)
    for name in ("roc_auc", "average_precision", "f1", "balanced_accuracy"):
        low, high, _ = interval(METRICS[name], target, chance)
        # As sure as the 10 rows of the rarer class allow: Wilson with t of 9.
        assert (low, high) == (pytest.approx(0.6615, abs=1e-3), 1.0)
    numbers = np.arange(10.0)
    assert interval(METRICS["rmse"], numbers, numbers)[:2] == (0.0, 0.0)
    assert interval(METRICS["r2"], numbers, numbers)[:2] == (1.0, 1.0)


@pytest.mark.parametrize("one", EVERY, ids=lambda m: m.name)
@pytest.mark.parametrize("rows", [1, 2, 30])
def test_poor_rows_never_crash(one, rows):
    """One class only, constant predictions, one or two rows."""
    target = np.zeros(rows) if one.task == "classification" else np.ones(rows)
    seen = np.full((rows, 2), 0.5) if one.task == "classification" else np.ones(rows)
    value = one.function(target, seen)
    low, high, _ = interval(one, target, seen)
    if math.isnan(value):
        assert math.isnan(low)
        assert math.isnan(high)
    elif rows == 1:
        assert (low, high) == one.span
    else:
        assert low <= value <= high


def test_blocks_must_fit_the_rows():
    rows = np.ones(3), np.ones(3)
    with pytest.raises(DataMistake, match="2 entries for 3 rows"):
        interval(METRICS["mae"], *rows, blocks=["a", "b"])
    with pytest.raises(DataMistake, match="row 1"):
        interval(METRICS["mae"], *rows, blocks=["a", None, "b"])
    with pytest.raises(DataMistake, match="row 2"):
        interval(METRICS["mae"], *rows, blocks=np.array(["2013-01-01", "2013-01-02", "NaT"], "M8"))
