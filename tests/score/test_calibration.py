from __future__ import annotations

import numpy as np
import pytest

from relevo.score.calibration import calibration_error, equal_bins, reliability


def test_equal_bins_hold_equal_weight_and_keep_ties_together():
    rng = np.random.default_rng(0)
    chance = rng.random(3000)
    counts = np.bincount(equal_bins(chance, np.ones(3000)))
    assert (counts == 200).all()
    tied = equal_bins(np.round(chance, 1), np.ones(3000))
    assert all(len(set(tied[np.round(chance, 1) == v])) == 1 for v in np.unique(chance.round(1)))
    assert set(tied) == set(range(tied.max() + 1))


@pytest.mark.parametrize("classes", [2, 3])
def test_the_error_is_the_mean_distance_over_bins(make_classified, classes):
    rows = make_classified(150, classes)
    chance = rows.probabilities[:, 1] if classes == 2 else rows.probabilities.max(axis=1)
    true = rows.target == (1 if classes == 2 else rows.values)
    order = np.argsort(chance)
    expected = np.mean(
        [abs((chance[part] - true[part]).mean()) for part in np.array_split(order, 15)]
    )
    ours = calibration_error(rows.target, rows.probabilities)
    assert ours == pytest.approx(expected, rel=1e-12)


def test_the_curve_is_what_came_true(make_classified):
    rows = make_classified(400)
    curve = reliability(rows.target, rows.probabilities, rows.weight, bins=10)
    assert curve.rows.sum() == 400
    assert (curve.low <= curve.observed).all()
    assert (curve.observed <= curve.high).all()
    assert (np.diff(curve.predicted) > 0).all()
    # Probabilities are those that the targets were drawn with: 2 of 10 bins off is plenty.
    assert ((curve.low <= curve.predicted) & (curve.predicted <= curve.high)).sum() >= 8


def test_one_row_and_one_probability_do_not_crash():
    for rows in (1, 5):
        curve = reliability(np.zeros(rows), np.full((rows, 2), 0.5))
        assert curve.rows.tolist() == [rows]
        assert curve.observed.tolist() == [0.0]
