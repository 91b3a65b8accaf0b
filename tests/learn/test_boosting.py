from __future__ import annotations

import threading

import lightgbm
import numpy as np
import pytest

from relevo.compute.budget import Budget
from relevo.errors import OptionMistake
from relevo.learn.boosting import Boosting
from relevo.learn.boosting_predictor import BoostingPredictor
from relevo.learn.fine_tuning import WAYS
from relevo.learn.learner import Target
from relevo.learn.links import score_loss
from relevo.prepare.matrix import Matrix

NAMES = ("a", "b", "c")


def rows(n: int, seed: int, turn: float = 1.0) -> tuple[Matrix, Target]:
    random = np.random.default_rng(seed)
    values = random.normal(size=(n, 3))
    signal = turn * values[:, 0] + values[:, 1] ** 2 + random.normal(scale=0.3, size=n)
    return Matrix(values, NAMES, NAMES, {}), Target(signal)


@pytest.fixture(scope="module")
def warm() -> BoostingPredictor:
    return Boosting(most_trees=60, learning_rate=0.1).fit(*rows(600, 0), Budget(600))


def test_early_stopping_ends_before_the_most_trees() -> None:
    predictor = Boosting(learning_rate=0.3, most_trees=1500).fit(*rows(300, 0), Budget(600))
    assert predictor.settings["trees"] < 500


@pytest.mark.parametrize("way", ["steps_1", "steps_3", "steps_10", "auto"])
def test_every_way_of_fine_tuning_gains(warm: BoostingPredictor, way: str) -> None:
    new, judged = rows(600, 1, turn=-1.0), rows(600, 2, turn=-1.0)
    tuned = Boosting(fine_tuning=way).fit(*new, Budget(600), warm)
    assert tuned.settings["fine_tuning"] in (WAYS if way == "auto" else (way,))
    before, after = (score_loss(one.scores(judged[0]), judged[1]) for one in (warm, tuned))
    assert after < before


def test_a_model_that_new_rows_cannot_better_stays_as_it_is(warm: BoostingPredictor) -> None:
    matrix, _ = rows(30, 3)
    perfect = Target(warm.predict(matrix).values)
    assert Boosting().fit(matrix, perfect, Budget(600), warm) is warm


@pytest.mark.parametrize("way", ["steps_1", "auto"])
def test_without_new_rows_a_model_stays_as_it_is(warm: BoostingPredictor, way: str) -> None:
    assert Boosting(fine_tuning=way).fit(*rows(0, 0), Budget(600), warm) is warm


def test_weights_count_in_steps(warm: BoostingPredictor) -> None:
    matrix, target = rows(400, 4, turn=-1.0)
    plain, half = Boosting(fine_tuning="steps_10"), np.where(matrix.values[:, 0] > 0, 5.0, 0.1)
    even = plain.fit(matrix, target, Budget(600), warm)
    uneven = plain.fit(matrix, Target(target.values, (), half), Budget(600), warm)
    side = matrix.values[:, 0] > 0
    errors = [(p.predict(matrix).values - target.values)[side] for p in (even, uneven)]
    assert np.mean(errors[1] ** 2) < np.mean(errors[0] ** 2)


def test_an_unknown_way_is_told(warm: BoostingPredictor) -> None:
    with pytest.raises(OptionMistake, match="steps_1"):
        Boosting(fine_tuning="tree").fit(*rows(30, 0), Budget(600), warm)


def test_rows_are_predicted_by_many_threads_at_once(warm: BoostingPredictor) -> None:
    matrix, _ = rows(200, 5)
    wanted = warm.predict(matrix).values
    wrong: list[int] = []

    def predict_all() -> None:
        got = np.array([warm.predict_row(row)[0] for row in matrix.values])
        wrong.append(int((got != wanted).sum()))

    threads = [threading.Thread(target=predict_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == [0, 0, 0, 0]


def test_on_rows_of_the_same_relation_the_model_mostly_stays() -> None:
    def noisy(n: int, seed: int) -> tuple[Matrix, Target]:
        random = np.random.default_rng(seed)
        values = random.normal(size=(n, 3))
        return Matrix(values, NAMES, NAMES, {}), Target(values[:, 0] + 3 * random.normal(size=n))

    # What can be learnt is learnt. By the rule of one standard error more than half of the models
    # should stay: of 12 at least 3, but for 2 cases in 100. A change costs 1 % of the loss at most.
    known = Boosting(most_trees=60, learning_rate=0.1).fit(*noisy(8000, 20), Budget(600))
    learner = Boosting(ordered=True)
    tuned = [learner.fit(*noisy(1000, seed), Budget(600), known) for seed in range(30, 42)]
    assert sum(one is known for one in tuned) >= 3
    matrix, target = noisy(8000, 50)
    before = score_loss(known.scores(matrix), target)
    assert max(score_loss(one.scores(matrix), target) for one in tuned) < 1.01 * before


def test_what_was_learnt_about_fine_tuning_is_remembered(warm: BoostingPredictor) -> None:
    once = Boosting(ordered=True).fit(*rows(400, 5, turn=-1.0), Budget(600), warm)
    twice = Boosting(ordered=True).fit(*rows(400, 6, turn=-2.0), Budget(600), once)
    assert len(once.settings["evidence"]) > 0
    assert len(twice.settings["evidence"]) == 2 * len(once.settings["evidence"])


@pytest.mark.parametrize("pairs", [False, True])
@pytest.mark.parametrize("classes", [(), ("no", "yes"), ("a", "b", "c")])
def test_many_rows_are_explained_as_few_and_single_ones_are(
    pairs: bool, classes: tuple[str, ...]
) -> None:
    """From some hundred rows on tables answer, below LightGBM itself: to 1e-9 the same numbers."""
    random = np.random.default_rng(0)
    values = random.normal(size=(1_500, 5))
    values[:, 4] = random.integers(0, 9, 1_500)
    values[random.random(values.shape) < 0.1] = np.nan
    signal = np.nan_to_num(values[:, 0] * values[:, 1]) + (values[:, 4] % 2 == 1)
    names = tuple("abcde")
    matrix = Matrix(values, names, names, {4: 9})
    target = np.digitize(signal, [0.3, 1.0][: len(classes) - 1]) if classes else 1e5 + 300 * signal
    recipe = Boosting(most_trees=20, learning_rate=0.1, pairs=pairs)
    predictor = recipe.fit(matrix, Target(target.astype(float), classes), Budget(600))
    many = predictor.contributions(matrix)
    assert predictor._shares is not None
    assert len(matrix) >= predictor._shares.fewest_rows
    few = np.concatenate([predictor.contributions(matrix.take(slice(s, s + 50))) for s in (0, 50)])
    scale = np.abs(few).max()
    np.testing.assert_allclose(many[:100], few, rtol=0, atol=1e-9 * scale)
    ones = np.array([predictor.contributions_row(row) for row in values[:100]])
    np.testing.assert_allclose(ones, few, rtol=0, atol=1e-9 * scale)
    assert predictor._shares.tables_mb > 0


def test_trees_that_only_lightgbm_reads_are_explained_by_it() -> None:
    random = np.random.default_rng(1)
    values = random.normal(size=(600, 3))
    forest = {"boosting": "rf", "bagging_fraction": 0.5, "bagging_freq": 1}
    settings = {**forest, "verbose": -1, "num_threads": 1}
    booster = lightgbm.train(settings, lightgbm.Dataset(values, values[:, 0]), 3)
    predictor = BoostingPredictor(booster.model_to_string(), ("a", "b", "c"), (), {})
    assert predictor._shares is None  # a forest's score is the mean of its trees
    matrix = Matrix(values, predictor.features, predictor.features, {})
    expected = booster.predict(values, pred_contrib=True)
    np.testing.assert_allclose(predictor.contributions(matrix)[:, 0], expected, atol=1e-12)
    np.testing.assert_allclose(predictor.contributions_row(values[0])[0], expected[0], atol=1e-12)


def test_tables_too_large_to_keep_leave_single_rows_to_lightgbm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("relevo.learn.tree_contributions._MOST_BYTES", 1_000)
    random = np.random.default_rng(2)
    values = random.normal(size=(300, 2))
    matrix = Matrix(values, ("a", "b"), ("a", "b"), {})
    predictor = Boosting(most_trees=5).fit(matrix, Target(values[:, 0]), Budget(600))
    one = predictor.contributions_row(values[0])
    np.testing.assert_allclose(one, predictor.contributions(matrix.take(slice(0, 1)))[0])
    assert predictor._shares is not None
    assert predictor._shares.tables_mb == 0
