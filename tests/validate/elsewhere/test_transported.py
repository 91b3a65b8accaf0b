from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, logit

from relevo.errors import DataMistake
from relevo.score.metrics import METRICS
from relevo.validate.elsewhere.transported import transported

AREA, LOSS = METRICS["roc_auc"], METRICS["log_loss"]


def both(chance):
    return np.column_stack([1 - chance, chance])


def drawn(seed: int, shift: float, slope: float, rows: int = 4000):
    """Chances, and what happens when their log-odds must be stretched and shifted."""
    random = np.random.default_rng(seed)
    chance = expit(1.5 * random.normal(size=rows))
    happens = random.random(rows) < expit(shift + slope * logit(chance))
    return happens.astype(float), both(chance)


def test_what_must_be_mended_is_found():
    happens, said = drawn(0, shift=-0.8, slope=0.6)
    found = transported(happens, said, [AREA, LOSS])
    calibration = found.calibration
    assert found.warning
    # three standard errors of 4,000 rows: .11 for the slope, .13 for the shift
    assert calibration.slope == pytest.approx(0.6, abs=0.11)
    assert calibration.slope_interval[1] < 1
    assert calibration.in_the_large_interval[1] < 0
    assert calibration.observed_expected_interval[1] < 1
    # the outcomes' own share over the predicted one
    share = happens.mean() / said[:, 1].mean()
    assert calibration.observed_expected == pytest.approx(share)
    before = found.figures[1].value
    large, slope = (one.figure.value for one in found.repaired)
    assert before > large > slope
    assert [one.how for one in found.repaired] == ["large", "slope"]  # AUC cannot change
    best = LOSS.function(happens, both(expit(-0.8 + 0.6 * logit(said[:, 1]))))
    assert slope == pytest.approx(best, abs=0.003)
    assert "Calibration does not hold there" in found.text
    assert "La calibración no se mantiene allí" in found.said("es")


def test_calibrated_chances_are_left_in_peace():
    wrong = sum(transported(*drawn(seed, 0.0, 1.0, rows=500), [LOSS]).warning for seed in range(60))
    # either of two 90 % intervals misses in at most 20 %; three binomial standard errors of 60
    assert 1 <= wrong <= 21


def test_weights_and_blocks_are_heard():
    happens, said = drawn(1, 0.0, 1.0)
    doubled = np.where(happens == 1, 2.0, 1.0)
    found = transported(happens, said, [LOSS], weight=doubled)
    # positives that count twice double the odds
    assert found.calibration.in_the_large == pytest.approx(np.log(2), abs=0.12)
    in_blocks = transported(
        np.repeat(happens[:400], 10), np.repeat(said[:400], 10, axis=0), [LOSS],
        blocks=np.repeat(np.arange(400), 10),
    )  # fmt: skip
    alone = transported(happens[:400], said[:400], [LOSS])
    wide, narrow = (np.ptp(one.calibration.slope_interval) for one in (in_blocks, alone))
    assert wide == pytest.approx(narrow, rel=0.01)


def test_a_regression_that_is_off_and_too_steep():
    random = np.random.default_rng(0)
    said = random.normal(10, 2, 2000)
    true = 3 + 0.5 * said + random.normal(size=2000)
    found = transported(true, said, [METRICS["rmse"]])
    calibration = found.calibration
    assert calibration.in_the_large == pytest.approx(np.mean(true - said))
    assert calibration.slope == pytest.approx(np.polyfit(said, true, 1)[0])
    assert calibration.observed_expected is None
    large, slope = (one.figure.value for one in found.repaired)
    assert found.figures[0].value > large > slope
    assert slope == pytest.approx(1.0, abs=0.06)


def test_more_than_two_classes_have_figures_only():
    random = np.random.default_rng(0)
    said = random.dirichlet(np.ones(3), 300)
    found = transported(said.argmax(axis=1), said, [AREA])
    assert found.calibration is None
    assert found.repaired == ()
    assert not found.warning


@pytest.mark.parametrize(
    ("happens", "key"),
    [
        (np.tile([0.0, 1.0], 5), "elsewhere.too_few_external"),
        (np.zeros(100), "elsewhere.external_one_class"),
        (np.full(100, 2.0), "score.unknown_class"),
    ],
)
def test_outcomes_that_say_nothing_are_refused(happens, key):
    with pytest.raises(DataMistake) as refused:
        transported(happens, both(np.full(len(happens), 0.4)), [LOSS])
    assert refused.value.key == key


def test_a_model_that_separates_the_classes_has_a_finite_slope():
    happens = np.tile([0.0, 1.0], 50)
    found = transported(happens, both(np.where(happens == 1, 0.999, 0.001)), [LOSS])
    assert np.isfinite(found.calibration.slope)
    assert found.calibration.slope >= 1
