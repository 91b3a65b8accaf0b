from __future__ import annotations

import numpy as np
import pytest

from relevo.compute.budget import Budget
from relevo.compute.processes import Processes
from relevo.compute.threads import Threads
from relevo.errors import OptionMistake
from relevo.learn.learner import Fit, Target, Trial
from relevo.learn.search import CONFIGURATIONS, search
from relevo.prepare.matrix import Matrix


def rows(n: int = 400, seed: int = 0, n_features: int = 4) -> tuple[Matrix, Target]:
    random = np.random.default_rng(seed)
    values = random.normal(size=(n, n_features))
    signal = values[:, 0] * values[:, 1] + random.normal(scale=0.3, size=n)  # no line finds it
    names = tuple(f"x{i}" for i in range(n_features))
    return Matrix(values, names, names, {}), Target((signal > 0).astype(float), ("no", "yes"))


def found(budget: Budget | None = None, **how: object) -> Fit:
    return search(*rows(), budget or Budget(600), **{"runner": Threads(1), **how})


@pytest.fixture(scope="module")
def fit() -> Fit:
    return found()


def test_all_trials_come_best_first(fit: Fit) -> None:
    losses = [trial.loss for trial in fit.trials]
    assert len(losses) == len(CONFIGURATIONS)
    assert losses == sorted(losses)
    assert fit.trials[0].learner == fit.predictor.kind == "boosting"


def test_the_same_seed_gives_the_identical_model(fit: Fit) -> None:
    again = found()
    assert again.predictor.text == fit.predictor.text
    assert [t.loss for t in again.trials] == [t.loss for t in fit.trials]


def test_processes_choose_the_same_model(fit: Fit) -> None:
    again = found(runner=Processes(2))
    assert again.predictor.kind == fit.predictor.kind
    assert again.trials[0].settings == fit.trials[0].settings
    matrix, _ = rows(50, seed=1)
    np.testing.assert_allclose(
        again.predictor.predict(matrix).probabilities,
        fit.predictor.predict(matrix).probabilities,
        atol=1e-9,
    )


def test_only_the_learners_asked_for_are_tried() -> None:
    fit = found(learners=("linear",))
    assert {trial.learner for trial in fit.trials} == {"linear"}
    with pytest.raises(OptionMistake, match="boosting"):
        found(learners=("bosting",))


def test_a_stop_ends_the_search_with_the_best_so_far() -> None:
    budget, seen = Budget(600), []

    def stop_after_two(trial: Trial) -> None:
        seen.append(trial)
        if len(seen) == 2:
            budget.stop()

    fit = found(budget, progress=stop_after_two)
    assert list(fit.trials) == sorted(seen, key=lambda trial: trial.loss)
    assert fit.predictor.kind == min(seen, key=lambda trial: trial.loss).learner


def test_a_budget_of_a_millisecond_gives_a_model() -> None:
    matrix, target = rows(20_000, n_features=20)
    fit = search(matrix, target, Budget(0.001), runner=Threads(1))
    assert len(fit.trials) == 1
    assert np.isfinite(fit.predictor.predict(matrix).probabilities).all()


def test_ordered_rows_are_judged_on_the_newest() -> None:
    matrix, target = rows(400)
    target.values[320:] = 1 - target.values[320:]  # the newest fifth tells the opposite
    turned = search(matrix, target, Budget(600), runner=Threads(1), ordered=True)
    mixed = search(matrix, target, Budget(600), runner=Threads(1), ordered=False)
    assert turned.trials[0].loss > mixed.trials[0].loss
