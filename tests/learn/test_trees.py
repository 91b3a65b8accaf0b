from __future__ import annotations

import ctypes
import gc
import subprocess
import sys
import weakref

import lightgbm
import numpy as np
import pytest

from relevo.learn.trees import CONTRIBUTIONS, Trees, TreesError, _library


@pytest.fixture(scope="module")
def booster() -> lightgbm.Booster:
    random = np.random.default_rng(0)
    values = random.normal(size=(500, 4))
    values[random.random(values.shape) < 0.1] = np.nan
    labels = np.digitize(np.nan_to_num(values[:, 0]) + values[:, 2] ** 2 % 3, [0.5, 1.5])
    data = lightgbm.Dataset(values, np.nan_to_num(labels), params={"verbosity": -1})
    settings = {"objective": "multiclass", "num_class": 3, "verbosity": -1, "num_leaves": 5}
    return lightgbm.train(settings, data, num_boost_round=7)


@pytest.fixture(scope="module")
def trees(booster: lightgbm.Booster) -> Trees:
    return Trees(booster.model_to_string(), n_features=4, n_outputs=3)


def rows() -> np.ndarray:
    values = np.random.default_rng(1).normal(size=(50, 4))
    values[::7, 1] = np.nan
    return values


def test_scores_and_contributions_are_lightgbms(booster: lightgbm.Booster, trees: Trees) -> None:
    values = rows()
    np.testing.assert_array_equal(trees(values), booster.predict(values, raw_score=True))
    contributions = booster.predict(values, pred_contrib=True)
    np.testing.assert_array_equal(trees(values, CONTRIBUTIONS, threads=1), contributions)


def test_one_row_is_the_same_as_among_many(trees: Trees) -> None:
    values = rows()
    for kind in (1, CONTRIBUTIONS):
        one_by_one = [trees.row(row, kind) for row in values]
        np.testing.assert_array_equal(one_by_one, trees(values, kind))


def test_rows_of_another_length_are_refused(trees: Trees) -> None:
    for shape in ((5, 3), (5, 5), (4,)):
        with pytest.raises(TreesError, match="expected"):
            trees(np.zeros(shape))


def test_a_model_is_freed_with_its_last_reference(booster: lightgbm.Booster) -> None:
    trees = Trees(booster.model_to_string(), n_features=4, n_outputs=3)
    trees.row(np.zeros(4))
    gone = weakref.ref(trees._booster)
    gc.disable()  # an endpoint freezes what it has loaded: nothing may hang on the collector
    try:
        del trees
        assert gone() is None
    finally:
        gc.enable()


def test_a_text_that_is_no_model_is_told() -> None:
    with pytest.raises(TreesError, match="classes"):
        Trees("no model", n_features=1, n_outputs=1)


def test_predicting_imports_no_lightgbm(booster: lightgbm.Booster) -> None:
    code = (
        "import sys, numpy; from relevo.learn.boosting_predictor import BoostingPredictor as B\n"
        "predictor = B(sys.stdin.read(), ('a', 'b', 'c', 'd'), ('x', 'y', 'z'), {})\n"
        "print(predictor.predict_row(numpy.zeros(4)).sum())\n"
        "assert not {'lightgbm', 'scipy', 'sklearn', 'pandas'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=booster.model_to_string(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(done.stdout) == pytest.approx(1)


@pytest.mark.parametrize("threads", [1, 2])
def test_one_row_leaves_the_threads_of_fits_beside_it_alone(
    booster: lightgbm.Booster, threads: int
) -> None:
    in_use = ctypes.c_int.in_dll(_library(), "LGBM_DEFAULT_NUM_THREADS")
    trees = Trees(booster.model_to_string(), n_features=4, n_outputs=3)
    trees(rows(), threads=threads)
    trees.row(rows()[0])
    assert in_use.value == threads
