from __future__ import annotations

import math

import lightgbm
import numpy as np
import pytest
from numpy.typing import NDArray

from relevo.errors import ModelMistake
from relevo.learn.booster_trees import Tree, read_trees


def score(tree: Tree, row: NDArray[np.float64]) -> float:
    """What a tree says, split by split."""
    place = 0 if tree.splits else ~0
    while place >= 0:
        split, value = tree.splits[place], row[tree.splits[place].feature]
        if math.isnan(value):
            left = split.missing_left
        else:
            left = value <= split.threshold if split.members is None else value in split.members
        place = split.left if left else split.right
    return tree.leaves[~place]


def trained(**parameters: object) -> tuple[lightgbm.Booster, NDArray[np.float64]]:
    random = np.random.default_rng(2)
    values = random.normal(size=(800, 3))
    values[:, 2] = random.integers(0, 40, 800)
    values[random.random((800, 3)) < 0.1] = np.nan
    target = np.digitize(np.nan_to_num(values[:, 0]) + (values[:, 2] % 3 == 1), [0.0, 1.0])
    settings = {
        "objective": "multiclass", "num_class": 3, "min_data_per_group": 5, "verbose": -1,
        "num_threads": 1, **parameters,
    }  # fmt: skip
    data = lightgbm.Dataset(values, target, categorical_feature=[2])
    return lightgbm.train(settings, data, 4), values


def test_trees_say_what_the_booster_says() -> None:
    booster, values = trained()
    outputs, trees = read_trees(booster.model_to_string())
    assert (outputs, len(trees)) == (3, 12)
    expected = booster.predict(values, raw_score=True)
    for row, scores in zip(values[:200], expected, strict=False):
        found = [sum(score(tree, row) for tree in trees[output::3]) for output in range(3)]
        assert found == pytest.approx(scores, abs=1e-12)


def test_trees_that_relevo_does_not_train_are_refused() -> None:
    with pytest.raises(ModelMistake, match="zero is a missing value"):
        read_trees(trained(zero_as_missing=True)[0].model_to_string())
    with pytest.raises(ModelMistake, match="linear models in their leaves"):
        read_trees(trained(linear_tree=True)[0].model_to_string())
