from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from relevo.errors import DataMistake
from relevo.validate.elsewhere.random_effects import random_effects


def test_places_known_exactly_give_students_intervals():
    effects = np.array([1.0, 2.5, 2.0, 4.0, 3.5])
    found = random_effects(effects, np.zeros(5), coverage=0.9)
    spread, reach = effects.std(ddof=1), t.ppf(0.95, 4)
    assert found.mean == pytest.approx(effects.mean())
    assert found.between == pytest.approx(spread, rel=1e-6)
    # 199 quantiles stand for the distribution of the spread: its tails are cut a little
    assert found.interval[1] - found.mean == pytest.approx(reach * spread / np.sqrt(5), rel=0.01)
    new = reach * spread * np.sqrt(1 + 1 / 5)
    assert found.prediction_interval[1] - found.mean == pytest.approx(new, rel=0.01)


def test_places_that_differ_by_chance_alone_are_averaged_by_their_precision():
    found = random_effects([0.0, 0.1, -0.1], [1.0, 2.0, 4.0])
    precision = 1 / np.array([1.0, 4.0, 16.0])
    assert found.between == 0.0
    assert found.weights == pytest.approx(precision / precision.sum())


@pytest.mark.parametrize(("places", "between"), [(5, 0.6), (12, 1.5)])
def test_intervals_hold_the_mean_and_a_new_place_as_often_as_they_say(places, between):
    random = np.random.default_rng(0)
    mean, new = [], []
    for _ in range(120):
        errors = np.sqrt(random.uniform(0.1, 1.5, places))
        true = random.normal(0, between, places + 1)
        found = random_effects(true[:places] + random.normal(0, errors), errors)
        mean.append(found.interval[0] <= 0 <= found.interval[1])
        low, high = found.prediction_interval
        new.append(low <= true[places] <= high)
    # three binomial standard errors of 90 % over 120 worlds are 8.2 %; it may hold more often
    assert np.mean(mean) >= 0.818
    assert 0.818 <= np.mean(new) <= 0.98


def test_a_new_place_is_less_sure_when_its_own_figure_is():
    sharp = random_effects([1.0, 2.0, 4.0], [0.3, 0.3, 0.3])
    vague = random_effects([1.0, 2.0, 4.0], [0.3, 0.3, 0.3], own_error=2.0)
    assert vague.prediction_interval[1] > sharp.prediction_interval[1] + 0.5
    assert vague.interval == sharp.interval


@pytest.mark.parametrize(
    ("effects", "errors", "key"),
    [
        ([1.0], [0.1], "elsewhere.too_few_units"),
        ([1.0, 2.0], [0.1], "score.lengths"),
        ([1.0, np.nan], [0.1, 0.1], "score.not_finite"),
    ],
)
def test_bad_figures_are_refused(effects, errors, key):
    with pytest.raises(DataMistake) as refused:
        random_effects(effects, errors)
    assert refused.value.key == key
