from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from relevo.errors import DataMistake
from relevo.validate.target.population import population
from relevo.validate.target.uncovered import lacking_pairs
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
    found = [population(people(rng, 150), people(rng, 150)) for _ in range(20)]
    # .05 and three binomial standard errors (.049 each)
    assert np.mean([one.p_value <= 0.05 for one in found]) <= 0.2
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


def pairs_of(rng, n, missing):
    """Women over 65 are missing with that chance; nobody else is."""
    sex, age = rng.choice(["f", "m"], n), rng.uniform(20, 80, n)
    kept = ~((sex == "f") & (age > 65) & (rng.random(n) < missing))
    city, noise = rng.choice(list("abcd"), n), rng.normal(size=n)
    return pl.DataFrame({"sex": sex, "age": age, "city": city, "noise": noise}).filter(
        pl.Series(kept)
    )


def test_who_is_missing_may_take_two_columns_to_say():
    rng = np.random.default_rng(8)
    found = population(pairs_of(rng, 3000, 0.99), pairs_of(rng, 2000, 0.0))
    (rule,) = found.uncovered
    assert rule.startswith("sex = f and age > 6")
    assert found.state == "partly"
    assert 0.05 < 1 - found.covered < 0.2
    assert found.text.endswith("do not use the model there.")


def test_what_one_column_says_is_not_said_with_two():
    rng = np.random.default_rng(9)
    training = pairs_of(rng, 2000, 0.0).filter(pl.col("city") != "d")
    (rule,) = population(training, pairs_of(rng, 2000, 0.0)).uncovered
    assert rule.startswith("city = d: ")


def test_no_rule_of_two_columns_where_nothing_is_missing():
    rng = np.random.default_rng(10)
    for _ in range(10):
        before, after = pairs_of(rng, 1000, 0.0), pairs_of(rng, 1000, 0.0)
        assert list(lacking_pairs(before, after, [])) == []


def test_single_rows_beyond_all_of_training_are_not_covered():
    rng = np.random.default_rng(11)
    target = rng.normal(size=(500, 2))
    target[0] = 40.0
    found = population(rng.normal(size=(800, 2)), target)
    assert not found.covered_rows[0]
    assert found.covered > 0.98


def test_without_any_overlap_no_weight_is_used():
    rng = np.random.default_rng(12)
    training = {"x": rng.normal(size=200), "c": ["a"] * 200}
    found = population(training, {"x": rng.normal(50, 1, 200), "c": ["b"] * 200})
    assert found.state == "apart"
    assert (found.weights == 1).all()
    assert found.covered == 0
    assert found.text.startswith("Training has next to nothing in common")
    assert found.uncovered[0] == "c = b: 100 % of the target population, 0 % of training"


def test_identical_tables():
    rows = people(np.random.default_rng(13), 300)
    found = population(rows, rows)
    assert found.state == "alike"
    assert found.weights == pytest.approx(np.ones(300))
    assert all(one.size == 0 for one in found.columns)


def test_empty_columns_and_infinite_values():
    rng = np.random.default_rng(14)
    training = pl.DataFrame(
        {
            "none": pl.Series([None] * 200, dtype=pl.Float64),
            "half": pl.Series([None] * 200, dtype=pl.Float64),
            "x": np.where(rng.random(200) < 0.1, np.inf, rng.normal(size=200)),
            "huge": np.where(rng.random(200) < 0.5, 1.7e308, -1.7e308),
        }
    )
    target = training.with_columns(half=pl.lit(1.0), x=pl.Series(rng.normal(size=200)))
    found = population(training, target)
    assert set(found.skipped) == {"none", "half"}
    assert np.isfinite(found.weights).all()
    kinds = {(one.column, one.kind): one for one in found.columns}
    assert kinds["x", "missing"].size == pytest.approx(-0.1, abs=0.05)
    assert np.isfinite([one.size for one in found.columns]).all()


def test_other_columns_are_skipped():
    rng = np.random.default_rng(15)
    found = population(people(rng, 100), people(rng, 100).drop("noise").with_columns(z=pl.lit(1)))
    assert found.skipped == ("noise",)


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
        (rows, {"x": [1], "c": ["a"]}, None, "too_few_rows_target"),
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
