from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from relevo.errors import DataMistake
from relevo.validate.population import population
from relevo.words import use_language


@pytest.fixture(autouse=True)
def english():
    use_language("en")
    yield
    use_language(None)


def people(rng, n, mean=45.0, old=0.0, cities=(0.6, 0.4, 0.0)):
    age = rng.normal(mean, 12, n).clip(18, 80)
    return pl.DataFrame(
        {
            "age": np.where(rng.random(n) < old, rng.uniform(81, 95, n), age),
            "city": rng.choice(["a", "b", "c"], n, p=cities),
            "noise": rng.normal(size=n),
        }
    )


def test_weights_bring_training_nearer_to_the_target():
    rng = np.random.default_rng(0)
    training, target = people(rng, 1500), people(rng, 1000, mean=50, cities=(0.3, 0.7, 0.0))
    found = population(training, target)
    assert 0.6 < found.auc < 0.8
    assert found.p_value < 1e-6
    assert found.weights.shape == (1500,)
    assert found.weights.mean() == pytest.approx(1)
    assert 100 < found.effective_rows < 1500
    age = training["age"].to_numpy()
    gap = target["age"].mean() - age.mean()
    assert abs(target["age"].mean() - np.average(age, weights=found.weights)) < 0.35 * gap
    share = np.average(training["city"] == "b", weights=found.weights)
    assert share == pytest.approx(0.7, abs=0.06)
    assert found.uncovered == ()


def test_the_same_population_is_not_told_apart():
    rng = np.random.default_rng(1)
    found = [population(people(rng, 150), people(rng, 150)) for _ in range(60)]
    # .05 and three binomial standard errors (.028 each): exact in each fold, combined for any
    # dependence between folds
    assert np.mean([one.p_value <= 0.05 for one in found]) <= 0.135
    assert np.mean([one.auc for one in found]) == pytest.approx(0.5, abs=0.03)
    assert np.mean([one.effective_rows for one in found]) > 120


def test_what_training_lacks_is_said_the_largest_first():
    rng = np.random.default_rng(2)
    target = people(rng, 1000, old=0.12, cities=(0.4, 0.4, 0.2))
    found = population(people(rng, 2000), target)
    assert len(found.uncovered) == 2
    first, second = found.uncovered
    assert first.startswith("city = c: ")
    assert first.endswith(" % of the target population, 0 % of training")
    assert second.startswith("age > 8")


def test_a_gap_in_the_middle_and_missing_values():
    rng = np.random.default_rng(3)
    training = np.concatenate([rng.uniform(0, 4, 500), rng.uniform(6, 10, 500)])
    target = rng.uniform(0, 10, 1000)
    target[:100] = np.nan
    rules = population({"x": training}, {"x": target}).uncovered
    low, high = (float(end.strip(" x≤:")) for end in rules[0].split(":")[0].split("< x ≤"))
    assert (low, high) == pytest.approx((4, 6), abs=0.4)  # a bin of the target is 0.2 wide
    assert rules[1] == "x is missing: 10 % of the target population, 0 % of training"


def test_margins_are_met_exactly():
    rng = np.random.default_rng(4)
    frame = {"sex": rng.choice(["f", "m"], 500, p=[0.3, 0.7]), "old": rng.random(500) < 0.2}
    margins = {"sex": {"f": 0.5, "m": 0.5}, "old": {True: 0.4}}
    found = population(pd.DataFrame(frame), None, margins=margins)
    assert (found.auc, found.p_value) == (None, None)
    assert np.average(frame["sex"] == "f", weights=found.weights) == pytest.approx(0.5, abs=1e-8)
    assert np.average(frame["old"], weights=found.weights) == pytest.approx(0.4, abs=1e-8)
    weights = found.weights
    assert found.effective_rows == pytest.approx(weights.sum() ** 2 / (weights**2).sum())


def test_a_margin_that_training_lacks_is_said():
    frame = {"city": ["a"] * 60 + ["b"] * 40}
    found = population(frame, None, margins={"city": {"a": 0.4, "b": 0.4, "c": 0.2}})
    assert found.uncovered == ("city = c: 20 % of the target population, 0 % of training",)
    assert np.average(np.array(frame["city"]) == "a", weights=found.weights) == pytest.approx(0.5)


def test_margins_come_on_top_of_rows():
    rng = np.random.default_rng(5)
    training, target = people(rng, 600), people(rng, 400, mean=55)
    found = population(training, target, margins={"city": {"a": 0.5, "b": 0.5}})
    assert np.average(training["city"] == "a", weights=found.weights) == pytest.approx(0.5)
    assert np.average(training["age"], weights=found.weights) > training["age"].mean() + 3


def test_the_seed_decides():
    rng = np.random.default_rng(6)
    training, target = people(rng, 200), people(rng, 200, mean=50)
    first, again = population(training, target, seed=3), population(training, target, seed=3)
    assert (first.weights == again.weights).all()
    assert first.p_value == again.p_value


rows = {"x": np.arange(20) % 3, "c": ["a", "b"] * 10}


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize(
    ("training", "target", "margins", "key"),
    [
        (rows, None, None, "nothing_to_compare_with"),
        ({"x": [1, 2]}, rows, None, "too_few_rows_training"),
        (rows, {"x": [1, 2]}, None, "too_few_rows_target"),
        (rows, {"x": ["a", "b"] * 10}, None, "type_changed"),
        (rows, {"z": [1, 2] * 10}, None, "no_common_column"),
        (rows, None, {"cc": {"a": 1.0}}, "unknown_margin"),
        (rows, None, {"c": {"a": 0.7, "b": 0.7}}, "bad_shares"),
        (rows, None, {"c": {"a": 0.2, "b": 0.2}}, "bad_shares"),
        (rows, None, {"c": {"a": -0.2, "b": 1.2}}, "bad_shares"),
        (rows, None, {"c": {"e": 1.0}}, "margins_contradict"),
        (
            {"c": ["a", "b"] * 10, "d": ["x", "y"] * 10},
            None,
            {"c": {"a": 0.5, "b": 0.5}, "d": {"x": 0.3, "y": 0.7}},
            "margins_contradict",
        ),
    ],
)
def test_mistakes_are_explained(training, target, margins, key, lang):
    with pytest.raises(DataMistake) as caught:
        population(training, target, margins=margins)
    assert caught.value.key == f"population.{key}"
    assert all(caught.value.parts(lang).values())
