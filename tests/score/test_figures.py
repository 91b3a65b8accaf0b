from __future__ import annotations

import math

import numpy as np
import pytest

from relevo.errors import DataMistake, ProblemMistake
from relevo.learn.learner import Prediction
from relevo.score.figures import figures
from relevo.score.metrics import METRICS


def test_every_metric_of_the_task_the_headline_first(make_classified):
    rows = make_classified()
    evidence = figures("classification", rows.target, rows, first="roc_auc", on="2013-04")
    assert [f.metric for f in evidence.figures[:3]] == ["roc_auc", "log_loss", "brier"]
    assert len(evidence.figures) == 8
    for figure in evidence.figures:
        low, high = figure.interval
        assert low <= figure.value <= high
        assert (figure.rows, figure.on, figure.coverage) == (300, "2013-04", 0.95)
        assert "300 rows" in figure.how
        function = METRICS[figure.metric].function
        assert figure.value == function(rows.target, rows.probabilities)


def test_regression_with_blocks_and_weights(make_regressed):
    rows = make_regressed()
    days = np.array(["2013-01-01"], "M8[D]") + np.arange(301) % 30
    evidence = figures("regression", rows.target, rows, rows.weight, days)
    assert [f.metric for f in evidence.figures] == [
        "rmse",
        "mae",
        "r2",
        "median_error",
        "pinball",
    ]
    assert all("30 blocks" in figure.how for figure in evidence.figures)


def test_the_same_seed_gives_the_same_evidence(make_classified):
    rows = make_classified()
    assert figures("classification", rows.target, rows, seed=4) == figures(
        "classification", rows.target, rows, seed=4
    )


def test_one_class_only_leaves_what_is_undefined_open(make_classified):
    rows = make_classified(50)
    evidence = figures("classification", np.zeros(50), rows)
    assert math.isnan(evidence["roc_auc"].value)
    assert math.isfinite(evidence["log_loss"].interval[1])


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda t, w: (t[:0], w), "score.no_rows"),
        (lambda t, w: (t[:-1], w[:-1]), "score.lengths"),
        (lambda t, w: (t, w[:-1]), "score.lengths"),
        (lambda t, w: (np.where(t > 0, np.nan, t), w), "score.not_finite"),
        (lambda t, w: (t, -w), "score.bad_weight"),
        (lambda t, w: (t, 0 * w), "score.bad_weight"),
        (lambda t, w: (t + 1, w), "score.unknown_class"),
        (lambda t, w: (t / 2, w), "score.unknown_class"),
    ],
)
def test_rows_that_do_not_fit_are_explained(make_classified, change, key):
    rows = make_classified()
    target, weight = change(rows.target, rows.weight)
    with pytest.raises(DataMistake) as caught:
        figures("classification", target, rows, weight)
    assert caught.value.key == key
    assert all(caught.value.parts(lang)["todo"] for lang in ("en", "es"))


def test_an_unknown_headline_is_refused(make_regressed):
    rows = make_regressed()
    with pytest.raises(ProblemMistake, match="rmse"):
        figures("regression", rows.target, rows, first="rsme")


def test_calls_are_judged_at_the_threshold() -> None:
    target = np.array([0.0, 0.0, 1.0, 1.0, 1.0])
    positive = np.array([0.1, 0.4, 0.35, 0.45, 0.9])
    rows = Prediction(positive.round(), np.column_stack([1 - positive, positive]))
    half, third = (figures("classification", target, rows, threshold=t) for t in (0.5, 1 / 3))
    assert (half["accuracy"].value, third["accuracy"].value) == (0.6, 0.8)
    assert half["log_loss"] == third["log_loss"]
