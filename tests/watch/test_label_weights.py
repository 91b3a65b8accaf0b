from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.special import expit

from relevo.score.evidence import Figure
from relevo.score.metrics import METRICS
from relevo.watch.label_weights import label_weights
from relevo.watch.quality import realised_quality


def two(chance):
    return np.column_stack([1 - chance, chance])


def loans(seed, rows=6000):
    """Outcomes are known mostly of high scores, where the model is too sure."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=rows)
    said = expit(2 * x)
    true = (rng.random(rows) < expit(np.where(x > 0, 0.7 * x, 2 * x))).astype(float)
    labelled = rng.random(rows) < np.where(said > 0.5, 0.7, 0.1)
    return pl.DataFrame({"x": x, "noise": rng.normal(size=rows)}), said, true, labelled


@pytest.mark.parametrize("metric", ["log_loss", "accuracy"])
def test_labels_for_high_scores_mislead_and_weights_mend_it(metric):
    before = Figure(metric, 0.5, (0.45, 0.55), 1000, "judged", "")
    naive, weighted, held = [], [], []
    for seed in range(8):
        rows, said, true, labelled = loans(seed)
        real = METRICS[metric].function(true, two(said), None)
        found = label_weights(rows, said, labelled)
        assert found.selected
        assert not found.uncovered
        assert found.effective_rows < found.labelled
        figures = [
            realised_quality(
                "classification", metric, true[labelled], two(said[labelled]), before, weight=w
            ).figure
            for w in (None, found.weights)
        ]
        naive.append(figures[0].value - real)
        weighted.append(figures[1].value - real)
        held.append(figures[1].interval[0] <= real <= figures[1].interval[1])
    assert abs(np.mean(naive)) > 3 * abs(np.mean(weighted))
    assert sum(held) >= 6  # .95 of 8; five or fewer once in 2,000 such tests


def test_labels_by_lot_need_no_weights():
    rng = np.random.default_rng(9)
    rows, said, _, _ = loans(9, 3000)
    found = label_weights(rows, said, rng.random(3000) < 0.3)
    assert not found.selected
    assert found.effective_rows > 0.95 * found.labelled
    assert found.weights.mean() == pytest.approx(1.0)
    assert not found.signal().alarm


def test_a_part_without_labels_is_an_alarm_in_words():
    rows, said, _, _ = loans(10, 3000)
    low = rows["x"].to_numpy() < -0.5
    found = label_weights(rows, said, ~low & (np.arange(3000) % 2 == 0))
    signal = found.signal()
    assert signal.alarm
    assert any("x ≤" in part for part in found.uncovered)
    assert signal.kind == "labels"
    assert signal.size == pytest.approx(found.labelled / 3000)


@pytest.mark.parametrize("labelled", [np.zeros(200), np.ones(200), np.arange(200) < 10])
def test_too_few_of_one_kind_are_left_as_they_are(labelled):
    found = label_weights(pl.DataFrame({"x": np.arange(200) % 9}), np.full(200, 0.5), labelled)
    assert found.p_value is None
    assert (found.weights == 1).all()
    assert not found.signal().alarm
