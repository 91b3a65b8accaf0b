from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from relevo.errors import ProblemMistake
from relevo.score.metrics import METRICS, metric, row_losses
from relevo.score.regression import pinball
from relevo.words import use_language

CLASSIFICATION = [m.name for m in METRICS.values() if m.task == "classification"]
REGRESSION = [m.name for m in METRICS.values() if m.task == "regression"]


def peer(name, rows, weight):
    """The same figure by scikit-learn, or None when it has none."""
    t, p, label, w = rows.target, rows.probabilities, rows.values, weight
    if rows.task == "regression":
        v = rows.values
        return {
            "rmse": lambda: sk.root_mean_squared_error(t, v, sample_weight=w),
            "mae": lambda: sk.mean_absolute_error(t, v, sample_weight=w),
            "r2": lambda: sk.r2_score(t, v, sample_weight=w),
            "median_error": lambda: sk.median_absolute_error(t, v, sample_weight=w),
            "pinball": lambda: sk.mean_pinball_loss(t, v, sample_weight=w, alpha=0.5),
        }[name]()
    binary = p.shape[1] == 2
    score = p[:, 1] if binary else p
    one_hot = np.eye(p.shape[1])[t.astype(int)]
    several = (one_hot - p) ** 2
    return {
        "log_loss": lambda: sk.log_loss(t, p, sample_weight=w),
        "brier": lambda: (
            sk.brier_score_loss(t, score, sample_weight=w)
            if binary
            else np.average(several.sum(axis=1), weights=w)
        ),
        "roc_auc": lambda: sk.roc_auc_score(t, score, sample_weight=w, multi_class="ovr"),
        "average_precision": lambda: sk.average_precision_score(t, score, sample_weight=w),
        "accuracy": lambda: sk.accuracy_score(t, label, sample_weight=w),
        "f1": lambda: sk.f1_score(
            t, label, sample_weight=w, average="binary" if binary else "macro"
        ),
        "balanced_accuracy": lambda: sk.balanced_accuracy_score(t, label, sample_weight=w),
        "calibration_error": lambda: None,
    }[name]()


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("classes", "ties"), [(2, False), (2, True), (4, False), (4, True)])
@pytest.mark.parametrize("name", CLASSIFICATION)
def test_classification_is_as_in_scikit_learn(make_classified, name, classes, ties, weighted):
    rows = make_classified(classes=classes, ties=ties)
    weight = rows.weight if weighted else None
    expected = peer(name, rows, weight)
    if expected is not None:
        ours = METRICS[name].function(rows.target, rows.probabilities, weight)
        assert ours == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("count", [2, 300, 301])
@pytest.mark.parametrize("name", REGRESSION)
def test_regression_is_as_in_scikit_learn(make_regressed, name, count, weighted):
    rows = make_regressed(count)
    weight = rows.weight if weighted else None
    ours = METRICS[name].function(rows.target, rows.values, weight)
    assert ours == pytest.approx(peer(name, rows, weight), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("level", [0.1, 0.9])
def test_pinball_at_other_levels(make_regressed, level):
    rows = make_regressed()
    expected = sk.mean_pinball_loss(rows.target, rows.values, alpha=level)
    assert pinball(rows.target, rows.values, level=level) == pytest.approx(expected, rel=1e-12)


def test_certain_and_wrong_is_as_bad_as_in_scikit_learn():
    target, chance = np.array([0.0, 1.0]), np.array([[0.0, 1.0], [0.2, 0.8]])
    ours = METRICS["log_loss"].function(target, chance)
    assert ours == pytest.approx(sk.log_loss(target, chance), rel=1e-12)


def all_rows(make_classified, make_regressed, seed=0, rows=60):
    return [
        make_classified(rows, 2, seed, ties=True),
        make_classified(rows, 3, seed, ties=True),
        make_regressed(rows, seed),
    ]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_weight_of_three_is_three_rows_and_order_is_nothing(
    make_classified, make_regressed, seed
):
    rng = np.random.default_rng(seed)
    for rows in all_rows(make_classified, make_regressed, seed):
        weight = rng.integers(0, 4, len(rows.target))
        weight[:3] = 1
        repeated = rng.permutation(np.repeat(np.arange(len(weight)), weight))
        for one in (m for m in METRICS.values() if m.task == rows.task):
            weighed = one.function(rows.target, rows.seen, weight.astype(float))
            counted = one.function(rows.target[repeated], rows.seen[repeated])
            # 1e-9: sums of 60 rows in another order; median errors may not move at all.
            assert weighed == pytest.approx(counted, rel=1e-9, abs=1e-9), one.name


@pytest.mark.parametrize("name", [m.name for m in METRICS.values() if m.influence])
def test_an_influence_is_the_derivative_by_the_row_s_weight(make_classified, make_regressed, name):
    one = METRICS[name]
    for rows in all_rows(make_classified, make_regressed):
        if one.task != rows.task:
            continue
        influence = one.influence(rows.target, rows.seen, rows.weight)
        assert influence.sum() == pytest.approx(0, abs=1e-10)
        for row in range(0, len(rows.target), 7):
            step = np.zeros(len(rows.target))
            step[row] = 1e-5 * rows.weight[row]
            up = one.function(rows.target, rows.seen, rows.weight + step)
            down = one.function(rows.target, rows.seen, rows.weight - step)
            # Central differences are exact to about the square of the step.
            assert influence[row] == pytest.approx((up - down) / 2e-5, abs=1e-8)


def test_undefined_is_nan():
    chance = np.array([[0.4, 0.6], [0.7, 0.3]])
    zeros = np.zeros(2)
    assert math.isnan(METRICS["roc_auc"].function(zeros, chance))
    assert math.isnan(METRICS["average_precision"].function(zeros, chance))
    assert math.isnan(METRICS["f1"].function(zeros, chance[:, ::-1][[0, 0]]))
    assert METRICS["f1"].function(zeros, chance) == 0.0
    assert math.isnan(METRICS["r2"].function(np.ones(3), np.arange(3.0)))


def test_a_class_without_rows_is_left_out_of_the_mean(make_classified):
    rows = make_classified(classes=3)
    chance = np.column_stack([rows.probabilities * 0.9, np.full(len(rows.target), 0.1)])
    for name in ("roc_auc", "average_precision", "balanced_accuracy", "f1"):
        without = METRICS[name].function(rows.target, rows.probabilities)
        assert METRICS[name].function(rows.target, chance) == pytest.approx(without, rel=1e-12)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_an_unknown_metric_is_told_with_the_nearest_right_name(lang):
    use_language(lang)
    try:
        with pytest.raises(ProblemMistake) as caught:
            metric("roc_acu", "classification")
        assert "roc_auc?" in caught.value.parts()["todo"]
        assert "roc_acu" in caught.value.parts()["came"]
        with pytest.raises(ProblemMistake, match="rmse"):
            metric("rmse", "classification")
    finally:
        use_language(None)
    assert metric("rmse", "regression") is METRICS["rmse"]


def test_row_losses_have_the_metric_as_their_mean(make_classified, make_regressed):
    rows = make_classified(classes=3)
    losses = row_losses("classification", rows.target, rows.probabilities, rows.weight)
    expected = METRICS["log_loss"].function(rows.target, rows.probabilities, rows.weight)
    assert losses.mean() == pytest.approx(expected, rel=1e-12)
    rows = make_regressed()
    losses = row_losses("regression", rows.target, rows.values)
    assert losses.mean() == pytest.approx(METRICS["rmse"].function(rows.target, rows.values) ** 2)
