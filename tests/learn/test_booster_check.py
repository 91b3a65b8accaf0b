from __future__ import annotations

import re
from collections.abc import Callable

import lightgbm
import numpy as np
import pytest

from relevo.learn.booster_check import check_booster
from relevo.learn.booster_text import combined

Edit = Callable[[str], str]
FEATURES = 4


def trained(objective: str, leaves: int = 6, **settings: object) -> str:
    """A booster whose last feature is one of many categories, with missing values in another."""
    random = np.random.default_rng(0)
    x = random.normal(size=(400, FEATURES))
    x[:, 3] = random.integers(0, 40, 400)
    x[::7, 1] = np.nan
    y = (x[:, 0] + 5 * (x[:, 3] % 3 == 0) + random.normal(size=400) / 10 > 0.5).astype(float)
    if objective == "multiclass":
        y += x[:, 2] > 0
    rows = lightgbm.Dataset(x, y, categorical_feature=[3])
    how = {"objective": objective, "num_leaves": leaves, "verbose": -1, "num_threads": 1}
    how |= {"min_data_per_group": 5, "max_cat_to_onehot": 1, "cat_smooth": 1, **settings}
    return str(lightgbm.train(how, rows, 3).model_to_string())


@pytest.fixture(scope="module")
def text() -> str:
    return trained("binary")


@pytest.mark.parametrize(
    ("objective", "settings", "outputs"),
    [
        ("binary", {}, 1),
        ("multiclass", {"num_class": 3}, 3),
        ("regression", {"max_depth": 2}, 1),
        ("regression", {"min_gain_to_split": 1e9}, 1),  # trees of one leaf
        ("binary", {"extra_trees": True, "linear_tree": False, "zero_as_missing": True}, 1),
        ("binary", {"boosting": "rf", "bagging_fraction": 0.5, "bagging_freq": 1}, 1),
    ],
)
def test_what_lightgbm_writes_is_fine(
    objective: str, settings: dict[str, object], outputs: int
) -> None:
    text = trained(objective, **settings)
    check_booster(text, FEATURES, outputs)
    ones = [np.ones(outputs)] * 2
    check_booster(combined([text, text], ones, ones), FEATURES, outputs)


def test_a_deep_tree_is_fine_and_one_without_end_is_not() -> None:
    check_booster(chain(1_000), 1, 1)
    with pytest.raises(ValueError, match="depth"):
        check_booster(chain(1_002), 1, 1)


def chain(splits: int) -> str:
    """A tree whose every node has a leaf and the next node."""
    lines = {
        "num_leaves": [splits + 1],
        "num_cat": [0],
        "split_feature": [0] * splits,
        "threshold": [0.5] * splits,
        "left_child": range(-1, -splits - 1, -1),
        "right_child": [*range(1, splits), -splits - 1],
        "leaf_value": [1] * (splits + 1),
    }
    written = [f"{name}={' '.join(map(str, numbers))}" for name, numbers in lines.items()]
    tree = "\n".join(("Tree=0", *written, "", ""))
    head = "tree\nnum_class=1\nnum_tree_per_iteration=1\nmax_feature_idx=0\n"
    head += "objective=regression\n"
    return f"{head}tree_sizes={len(tree)}\n\n{tree}end of trees\n"


def numbers(name: str, change: Callable[[list[str]], list[str]]) -> Edit:
    """An edit of the first line of that name, the trees' sizes made right again."""

    def edit(text: str) -> str:
        line = re.compile(rf"^{name}=(.*)$", re.MULTILINE)
        return sized(line.sub(lambda m: f"{name}={' '.join(change(m[1].split(' ')))}", text, 1))

    return edit


def sized(text: str) -> str:
    trees = text[text.index("\nTree=") + 1 : text.index("end of trees")].split("Tree=")[1:]
    sizes = " ".join(str(len(tree) + 5) for tree in trees)
    return re.sub(r"tree_sizes=.*", f"tree_sizes={sizes}", text)


def first(value: str) -> Callable[[list[str]], list[str]]:
    return lambda values: [value, *values[1:]]


def whole(value: str) -> Callable[[list[str]], list[str]]:
    return lambda values: [value] * len(values)


HOSTILE: dict[str, Edit] = {
    "a circle": numbers("left_child", first("0")),
    "a node of two parents": numbers("right_child", whole("1")),
    "a leaf twice": numbers("left_child", whole("-1")),
    "a node far away": numbers("left_child", first("1000000000")),
    "a leaf far away": numbers("right_child", first("-1000000000")),
    "a feature far away": numbers("split_feature", first("4")),
    "a feature before the first": numbers("split_feature", first("-1")),
    "more leaves than values": numbers("num_leaves", whole("2000000000")),
    "no leaves": numbers("num_leaves", whole("0")),
    "fewer thresholds than nodes": numbers("threshold", lambda values: values[1:]),
    "more values than leaves": numbers("leaf_value", lambda values: [*values, "1"]),
    "fewer counts than leaves": numbers("leaf_count", lambda values: values[1:]),
    "a word": numbers("leaf_value", first("one")),
    "half a number": numbers("threshold", first("1e")),
    "two blanks": numbers("threshold", first("")),
    "a number of Python's": numbers("leaf_value", first("1_0")),
    "other digits": numbers("leaf_value", first("٣")),
    "a split by nothing": numbers("decision_type", whole("1")),
    "an unknown kind of split": numbers("decision_type", first("255")),
    "words of categories": numbers("cat_threshold", first("4294967296")),
    "bounds that jump": numbers("cat_boundaries", lambda values: [*values[:-1], "1000000000"]),
    "bounds that go back": numbers("cat_boundaries", first("5")),
    "more bounds than categories": numbers("num_cat", whole("1000000000")),
    "linear leaves": numbers("is_linear", whole("1")),
    "a line twice": lambda text: sized(text.replace("shrinkage=1\n", "shrinkage=1\n" * 2, 1)),
    "a line more": lambda text: sized(text.replace("shrinkage=1\n", "shrinkage=1\nmore=1\n", 1)),
    "a blank line": lambda text: sized(text.replace("threshold=", "\nthreshold=", 1)),
    "a line less": lambda text: sized(re.sub(r"leaf_value=.*\n", "", text, count=1)),
    "other sizes": lambda text: re.sub("tree_sizes=.", "tree_sizes=9", text),
    "no sizes": lambda text: re.sub("tree_sizes=.*\n", "", text),
    "more sizes": lambda text: text.replace("tree_sizes=", "tree_sizes=0 "),
    "trees in another order": lambda text: text.replace("Tree=1", "Tree=2"),
    "no end": lambda text: text[: text.index("end of trees")],
    "no outputs": numbers("num_tree_per_iteration", whole("0")),
    "many classes": numbers("num_class", whole("2000000000")),
    "no objective": numbers("objective", lambda values: []),
    "an unknown objective": numbers("objective", whole("none")),
    "other features": numbers("max_feature_idx", whole("2000000000")),
    "nothing": lambda text: "",
    "half": lambda text: text[: len(text) // 2],
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_text_that_would_harm_is_refused(text: str, what: str) -> None:
    hostile = HOSTILE[what](text)
    assert hostile != text
    with pytest.raises((ValueError, LookupError)):
        check_booster(hostile, FEATURES, 1)


def test_other_classes_in_the_objective_are_refused() -> None:
    text = trained("multiclass", num_class=3)
    with pytest.raises(ValueError, match="objective"):
        check_booster(text.replace("s num_class:3", "s num_class:2000000000"), FEATURES, 3)


def test_the_edits_above_leave_a_text_whole(text: str) -> None:
    check_booster(sized(text), FEATURES, 1)
    check_booster(numbers("leaf_value", first("-1.5e-300"))(text), FEATURES, 1)
    check_booster(numbers("leaf_value", first("inf"))(text), FEATURES, 1)
