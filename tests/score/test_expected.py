from __future__ import annotations

import numpy as np
import pytest

from relevo.errors import ProblemMistake
from relevo.score.expected import effects, expected
from relevo.score.metrics import METRICS

METRICS_OF_CLASSES = [
    "log_loss", "brier", "roc_auc", "average_precision", "accuracy", "f1", "balanced_accuracy",
]  # fmt: skip


def rows(count, classes, seed=0):
    rng = np.random.default_rng(seed)
    chance = rng.dirichlet(np.ones(classes), count)
    said = 0.7 * chance + 0.3 * rng.dirichlet(np.ones(classes), count)
    return said, chance


def drawn(chance, times, seed=1):
    rng = np.random.default_rng(seed)
    for _ in range(times):
        above = rng.random(len(chance))[:, None] > np.cumsum(chance, axis=1)
        yield above.sum(axis=1).astype(float)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("name", METRICS_OF_CLASSES)
def test_it_is_the_mean_and_the_spread_of_what_comes_true(name, classes):
    said, chance = rows(400, classes)
    found = expected(METRICS[name], said, chance)
    true = [METRICS[name].function(target, said, None) for target in drawn(chance, 400)]
    spread = np.std(true)
    # The mean of 400 draws is known to spread / 20; a ratio of sums is off by about 1 / rows.
    assert found.value == pytest.approx(np.mean(true), abs=4 * spread / 20 + 2 / 400)
    assert found.labels_error == pytest.approx(spread, rel=0.15)  # four standard errors of a spread


def test_the_area_leaves_out_a_row_beside_itself():
    said, chance = rows(12, 2)
    yes, score = chance[:, 1], said[:, 1]
    both = np.outer(yes, 1 - yes)
    np.fill_diagonal(both, 0.0)
    above = (score[:, None] > score) + 0.5 * (score[:, None] == score)
    area = (both * above).sum() / both.sum()
    assert expected(METRICS["roc_auc"], said, chance).value == pytest.approx(area, abs=1e-12)


def test_certain_classes_give_the_metric_itself():
    said, chance = rows(300, 3)
    target = chance.argmax(axis=1).astype(float)
    sure = np.eye(3)[chance.argmax(axis=1)]
    for name in METRICS_OF_CLASSES:
        found = expected(METRICS[name], said, sure)
        assert found.value == pytest.approx(METRICS[name].function(target, said, None))
        assert found.labels_error == pytest.approx(0.0, abs=1e-6)


def test_weights_count_as_repetitions_do():
    said, chance = rows(60, 2)
    weight = np.arange(60) % 3 + 1.0
    many = np.repeat(np.arange(60), weight.astype(int))
    for name in ("accuracy", "log_loss", "f1"):
        once = expected(METRICS[name], said, chance, weight).value
        assert once == pytest.approx(expected(METRICS[name], said[many], chance[many]).value)


@pytest.mark.parametrize("name", ["roc_auc", "log_loss", "f1"])
def test_effects_are_derivatives(name):
    said, chance = rows(200, 2)
    other, step = np.array([[0.3, 0.7]]), 1e-4
    before = expected(METRICS[name], said, chance).value
    more = np.vstack([said, other]), np.vstack([chance, [[0.0, 1.0]]])
    weight = np.append(np.ones(200), step)
    slope = (expected(METRICS[name], *more, weight).value - before) / step
    found = effects(METRICS[name], said, chance, other)
    # the area's pairs of a row with itself are left out of the value, not of its derivative
    assert found[0, 1] == pytest.approx(slope, rel=0.02, abs=1e-5)


def test_what_cannot_be_expected_row_by_row_is_refused():
    said, chance = rows(20, 2)
    with pytest.raises(ProblemMistake) as caught:
        expected(METRICS["calibration_error"], said, chance)
    assert caught.value.key == "expected.no_estimate"
    assert "roc_auc" in caught.value.parts("es")["expected"]
