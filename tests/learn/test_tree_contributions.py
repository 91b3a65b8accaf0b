"""Attributions along trees beside LightGBM's own, on every kind of tree that it grows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import lightgbm
import numpy as np
import pytest
from numpy.typing import NDArray

from relevo.learn import booster_text
from relevo.learn.tree_contributions import TreeContributions

Floats = NDArray[np.float64]
ROWS, FEATURES = 1_500, 12
RANDOM = np.random.default_rng(3)
VALUES = RANDOM.normal(size=(ROWS, FEATURES)).round(2)  # rounded: true zeros, and ties
SIGNAL = VALUES[:, 0] * VALUES[:, 1] + np.sin(2 * VALUES[:, 2]) + VALUES[:, 3:].sum(axis=1) / 3


def with_gaps(values: Floats) -> Floats:
    return np.where(np.random.default_rng(4).random(values.shape) < 0.15, np.nan, values)


def with_categories(values: Floats) -> Floats:
    codes = values.copy()
    codes[:, 0] = np.random.default_rng(5).integers(0, 60, len(values))
    codes[:, 5] = np.random.default_rng(6).integers(0, 6, len(values))
    return codes


def booster(values: Floats = VALUES, trees: int = 25, **settings: Any) -> lightgbm.Booster:
    given = {"objective": "regression", "verbose": -1, "num_threads": 1, "num_leaves": 31}
    target = SIGNAL
    if "categorical" in settings:
        target = target + 2.0 * (values[:, 0] % 3 == 1)
    if settings.get("objective") == "multiclass":
        target = np.digitize(target, [-0.5, 0.5])
    names = settings.pop("categorical", "auto")
    data = lightgbm.Dataset(values, target, categorical_feature=names)
    return lightgbm.train({**given, **settings}, data, trees)


def own(text: str, n_features: int = FEATURES) -> TreeContributions:
    found = TreeContributions.of(text, n_features)
    assert found is not None
    return found


def library(model: lightgbm.Booster, values: Floats) -> Floats:
    flat = model.predict(values, pred_contrib=True, num_threads=1)
    return np.asarray(flat).reshape(len(values), -1, values.shape[1] + 1)


def check(model: lightgbm.Booster, values: Floats) -> None:
    """Batch, row and library agree to 1e-9 of the scores' scale; rounding is 1e-14."""
    shares, expected = own(model.model_to_string(), values.shape[1]), library(model, values)
    tolerance = 1e-9 * max(1e-300, float(np.abs(expected).max()))
    np.testing.assert_allclose(shares(values, threads=2), expected, rtol=0, atol=tolerance)
    for row, one in zip(values[:20], expected, strict=False):
        np.testing.assert_allclose(shares.row(row), one, rtol=0, atol=tolerance)
    # From now on the tables are kept, and a batch is looked up in those.
    np.testing.assert_allclose(shares(values, threads=1), expected, rtol=0, atol=tolerance)


CASES: dict[str, tuple[Floats, dict[str, Any]]] = {
    "numbers": (VALUES, {}),
    "gaps": (with_gaps(VALUES), {}),
    "zero is missing": (with_gaps(VALUES), {"zero_as_missing": True}),
    "missing is zero": (with_gaps(VALUES), {"use_missing": False}),
    "categories": (
        with_gaps(with_categories(VALUES)),
        {"categorical": [0, 5], "min_data_per_group": 5, "max_cat_to_onehot": 3},
    ),
    "one against all": (with_categories(VALUES), {"categorical": [0, 5], "max_cat_to_onehot": 99}),
    "classes": (VALUES, {"objective": "multiclass", "num_class": 3, "trees": 8}),
    "bagged": (VALUES, {"bagging_fraction": 0.5, "bagging_freq": 1}),
    "stumps": (VALUES, {"num_leaves": 2}),
    "deep": (VALUES, {"num_leaves": 200, "min_data_in_leaf": 2, "trees": 5}),
    "target of millions": (VALUES, {"trees": 10, "boost_from_average": False}),
}


@pytest.mark.parametrize("name", CASES)
def test_it_says_what_lightgbm_says(name: str) -> None:
    values, settings = CASES[name]
    check(booster(values, **settings), values[:300])


def test_values_never_seen_in_training() -> None:
    model = booster(with_gaps(with_categories(VALUES)), categorical=[0, 5], min_data_per_group=5)
    odd = with_categories(VALUES[:60])
    odd[:10], odd[10:20, 0], odd[20:30, 0] = np.nan, -7.0, 1e6
    odd[30:40, 5], odd[40:45, 1], odd[45:50, 1], odd[50:, 2] = 2.7, np.inf, -np.inf, 1e-36
    check(model, odd)


def test_missing_values_where_training_saw_none() -> None:
    check(booster(VALUES), with_gaps(VALUES)[:200])


def test_more_features_on_a_path_than_a_table_or_a_short_lane_holds() -> None:
    # One feature marks each group of rows, and the groups' targets grow threefold: each split parts
    # one group from the rest, by a feature of its own.
    group = np.repeat(np.arange(24), 40)
    values = (group[:, np.newaxis] == np.arange(24)).astype(float)
    data = lightgbm.Dataset(values, 3.0**group)
    settings = {"num_leaves": 40, "min_data_in_leaf": 1, "verbose": -1, "num_threads": 1}
    model = lightgbm.train(settings, data, 2)
    assert own(model.model_to_string(), 24).forest.depths().max() > 16
    random = np.random.default_rng(7).random((200, 24))
    check(model, (random < 0.1).astype(float))


def test_trees_of_one_leaf_and_none_that_asks_for_anything() -> None:
    constant = lightgbm.train(
        {"objective": "regression", "verbose": -1, "num_threads": 1},
        lightgbm.Dataset(np.zeros((50, 2)), np.full(50, 3.5)),
        3,
    )
    values = RANDOM.normal(size=(7, 2))
    np.testing.assert_allclose(
        own(constant.model_to_string(), 2)(values), library(constant, values)
    )


def test_merged_and_retouched_boosters() -> None:
    first, second = booster(trees=6), booster(trees=9, num_leaves=7, seed=2)
    texts = [first.model_to_string(), second.model_to_string()]
    merged = booster_text.combined(texts, [np.array([0.3]), np.array([0.7])], [np.zeros(1)] * 2)
    check(lightgbm.Booster(model_str=merged), VALUES[:200])
    leaves = booster_text.leaf_values(merged)
    moved = booster_text.with_leaf_values(merged, leaves * 1.5 + 0.01)
    check(lightgbm.Booster(model_str=moved), VALUES[:200])


def test_trees_with_linear_leaves_are_left_to_the_library() -> None:
    assert TreeContributions.of(booster(linear_tree=True).model_to_string(), FEATURES) is None


def test_a_booster_without_trees_is_left_to_the_library() -> None:
    text = booster(trees=1).model_to_string(num_iteration=1)
    empty = text[: text.index("Tree=0")] + text[text.index("end of trees") :]
    assert TreeContributions.of(empty, FEATURES) is None


def test_threads_may_ask_at_once() -> None:
    model = booster(trees=15)
    shares, expected = own(model.model_to_string()), library(model, VALUES[:40])
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(shares.row, VALUES[:40]))
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_rows_do_not_depend_on_their_company() -> None:
    shares = own(booster(trees=15).model_to_string())
    # Only the products of deep leaves are summed by the linear algebra library, in its own order.
    np.testing.assert_allclose(
        shares(VALUES[100:103], 1), shares(VALUES, 2)[100:103], rtol=0, atol=1e-14
    )


def test_tables_pay_from_more_rows_on_for_shallow_trees() -> None:
    shallow, deep = own(booster(num_leaves=4).model_to_string()), own(booster().model_to_string())
    assert shallow.fewest_rows > deep.fewest_rows >= 512


def test_trees_that_do_not_say_how_many_rows_they_saw_are_left_to_the_library() -> None:
    text = booster(trees=2).model_to_string()
    bare = "\n".join(line for line in text.splitlines() if not line.startswith("internal_count="))
    assert TreeContributions.of(bare, FEATURES) is None
    none = text.replace("\nleaf_count=", "\nleaf_count=0 ", 1)
    with_none = none.splitlines()
    place = next(n for n, line in enumerate(with_none) if line.startswith("leaf_count=0 "))
    with_none[place] = with_none[place].rsplit(" ", 1)[0]
    assert TreeContributions.of("\n".join(with_none), FEATURES) is None
