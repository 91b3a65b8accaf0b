from __future__ import annotations

import os
import signal
from dataclasses import replace

import numpy as np
import pytest

from relevo.compute.budget import Budget
from relevo.compute.processes import Processes
from relevo.compute.threads import Threads
from relevo.errors import DataMistake, ModelMistake, OptionMistake
from relevo.learn import assemble as assemble_module
from relevo.learn import registry
from relevo.learn import search as search_module
from relevo.learn.attempt import Attempt
from relevo.learn.ensemble_predictor import EnsemblePredictor
from relevo.learn.learner import Fit, Target, Trial
from relevo.learn.limits import Limits
from relevo.learn.linear import Linear
from relevo.learn.links import score_loss
from relevo.learn.network import Network
from relevo.learn.proposals import Proposal
from relevo.learn.rows import Rows
from relevo.learn.search import search
from relevo.prepare.matrix import Matrix
from relevo.words import say


class Killed(Network):
    """What the system does to a fit that takes too much memory."""

    def attempt(self, part: Rows, held: Rows, budget: Budget) -> Attempt:
        os.kill(os.getpid(), signal.SIGKILL)
        return super().attempt(part, held, budget)


def rows(n: int = 400, seed: int = 0, n_features: int = 4) -> tuple[Matrix, Target]:
    random = np.random.default_rng(seed)
    values = random.normal(size=(n, n_features))
    signal = values[:, 0] * values[:, 1] + random.normal(scale=0.3, size=n)  # no line finds it
    names = tuple(f"x{i}" for i in range(n_features))
    return Matrix(values, names, names, {}), Target((signal > 0).astype(float), ("no", "yes"))


def numbers(n: int = 400, seed: int = 0) -> tuple[Matrix, Target]:
    matrix, _ = rows(n, seed)
    noise = np.random.default_rng(seed + 50).normal(scale=0.5, size=n)
    return matrix, Target(matrix.values[:, 0] * 3 + noise)


def found(budget: Budget | None = None, **how: object) -> Fit:
    return search(*rows(), budget or Budget(600), **{"runner": Threads(2), "trials": 4, **how})


@pytest.fixture(scope="module")
def fit() -> Fit:
    return found()


def test_all_trials_come_best_first_with_what_they_cost(fit: Fit) -> None:
    losses = [trial.loss for trial in fit.trials]
    assert len(losses) == 4
    assert losses == sorted(losses)
    assert sum(trial.share for trial in fit.trials) == pytest.approx(1.0)
    for trial in fit.trials:
        low, high = trial.interval
        assert low < trial.loss < high
        assert trial.latency_us > 0 < trial.size_mb
        assert not trial.why


def test_the_ensemble_beats_the_line(fit: Fit) -> None:
    matrix, target = rows(2000, 1)
    line = found(learners=("linear",)).predictor
    losses = [score_loss(one.scores(matrix), target) for one in (fit.predictor, line)]
    assert losses[0] < 0.8 * losses[1]


def test_the_same_seed_and_trials_give_the_identical_model(fit: Fit) -> None:
    again, matrix = found(), rows(300, 2)[0]
    np.testing.assert_array_equal(again.predictor.scores(matrix), fit.predictor.scores(matrix))
    assert [t.loss for t in again.trials] == [t.loss for t in fit.trials]


def test_processes_give_the_same_model(fit: Fit) -> None:
    again, matrix = found(runner=Processes(2)), rows(300, 2)[0]
    np.testing.assert_allclose(
        again.predictor.scores(matrix), fit.predictor.scores(matrix), atol=1e-6
    )


def test_trials_are_counted_whatever_the_time(fit: Fit) -> None:
    short, matrix = found(Budget(0.001)), rows(300, 2)[0]
    np.testing.assert_array_equal(short.predictor.scores(matrix), fit.predictor.scores(matrix))


def test_only_the_learners_asked_for_are_tried() -> None:
    fit = found(learners=("linear",))
    assert {trial.learner for trial in fit.trials} == {"linear"}
    with pytest.raises(OptionMistake, match="boosting"):
        found(learners=("bosting",))
    with pytest.raises(OptionMistake, match="linear, boosting, network"):
        found(learners=("ensemble",))
    with pytest.raises(OptionMistake, match="interpretable"):
        found(learners=("network",), limits=Limits(interpretable=True))


def test_a_stop_ends_the_search_with_the_best_so_far() -> None:
    budget, seen = Budget(600), []

    def stop_after_two(trial: Trial) -> None:
        seen.append(trial)
        if len(seen) == 2:
            budget.stop()

    fit = found(budget, trials=None, progress=stop_after_two)
    assert 2 <= len(fit.trials) < 9
    assert np.isfinite(fit.predictor.scores(rows()[0])).all()


def test_a_budget_of_a_millisecond_gives_a_model() -> None:
    matrix, target = rows(20_000, n_features=20)
    fit = search(matrix, target, Budget(0.001), runner=Threads(1))
    assert len(fit.trials) == 1
    assert np.isfinite(fit.predictor.predict(matrix).probabilities).all()


def test_ordered_rows_are_judged_on_the_newest() -> None:
    matrix, target = rows(400)
    target.values[320:] = 1 - target.values[320:]  # the newest fifth tells the opposite
    turned = search(matrix, target, Budget(600), runner=Threads(1), ordered=True, trials=2)
    mixed = search(matrix, target, Budget(600), runner=Threads(1), trials=2)
    assert turned.trials[0].loss > mixed.trials[0].loss


def test_rows_of_weight_zero_are_no_rows() -> None:
    matrix, target = numbers(120)
    weight = np.zeros(120)
    weight[:60] = np.linspace(0.5, 2.0, 60)
    groups, how = np.arange(120) // 2, {"runner": Threads(2), "trials": 3}
    both = []
    for kept in (slice(0, 120), slice(0, 60)):
        some = Target(target.values[kept], (), weight[kept])
        fit = search(matrix.take(kept), some, Budget(600), groups=groups[kept], **how)
        both.append(fit.predictor.scores(matrix))
    np.testing.assert_array_equal(*both)
    alone = Target(target.values, (), np.eye(120)[0])
    with pytest.raises(DataMistake, match="n_samples = 1"):
        search(matrix, alone, Budget(600), **how)


def test_copies_of_a_row_do_not_flatter_when_they_are_a_group() -> None:
    matrix, target = rows(100)
    noise = Target(np.random.default_rng(1).integers(0, 2, 100).astype(float), target.classes)
    copies = np.repeat(np.arange(100), 4)
    how = {"runner": Threads(1), "trials": 2, "learners": ("boosting",)}
    torn = search(matrix.take(copies), noise.take(copies), Budget(600), **how)
    kept = search(matrix.take(copies), noise.take(copies), Budget(600), groups=copies, **how)
    assert torn.trials[0].loss < 0.5  # it has seen the very rows
    assert kept.trials[0].loss > 0.65  # what a coin gives is 0.69


@pytest.mark.parametrize(("n_features", "paired"), [(4, True), (1, False)])
def test_pairs_are_tried_only_where_there_are_features_to_pair(
    monkeypatch: pytest.MonkeyPatch, n_features: int, paired: bool
) -> None:
    begin = (Proposal("linear", {}), Proposal("boosting", {"most_trees": 20, "pairs": True}))
    monkeypatch.setattr(search_module, "portfolio", lambda *_: begin)
    matrix, target = rows(n_features=max(2, n_features))
    names = matrix.features[:n_features]
    matrix = Matrix(matrix.values[:, :n_features], names, names, {})
    fit = search(matrix, target, Budget(600), runner=Threads(1), trials=2)
    assert any(trial.settings.get("pairs", False) for trial in fit.trials) is paired


def test_what_is_forgotten_is_told_all_the_same(fit: Fit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_module, "_REMEMBERED", 1)
    again = found()
    assert [trial.loss for trial in again.trials] == [trial.loss for trial in fit.trials]
    assert [trial.interval for trial in again.trials] == [trial.interval for trial in fit.trials]
    used = [trial.learner for trial in again.trials if trial.share]
    assert len(used) == len(set(used))  # the best of each learner


def test_an_interval_covers_new_rows() -> None:
    fit = search(*numbers(2000), Budget(600), runner=Threads(2), trials=2)
    matrix, target = numbers(4000, 1)
    low, high = fit.predictor.interval(matrix, 0.9).T
    # 2,000 errors tell a share of 0.9 within some 0.02 (three standard errors).
    assert abs(np.mean((low <= target.values) & (target.values <= high)) - 0.9) < 0.025


def test_limits_are_kept() -> None:
    free = found(limits=Limits()).predictor
    small = found(limits=Limits(max_model_mb=0.03)).predictor
    assert small.size_mb <= 0.03 < free.size_mb


def test_of_fits_that_together_take_more_than_alone_as_many_are_kept_as_the_limit_allows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def size(predictor: EnsemblePredictor) -> float:
        return sum(member.predictor.size_mb for member in predictor.members)

    how = {"learners": ("boosting",), "trials": 3}
    whole = size(found(**how).predictor)
    sizes = []

    def too_slow_above_a_third(predictor: EnsemblePredictor, _: object) -> float:
        sizes.append(size(predictor) / whole)
        return 100_000.0 * sizes[-1] ** 3  # as when the trees no longer fit into a cache

    monkeypatch.setattr(assemble_module, "row_us", too_slow_above_a_third)
    limits = Limits(max_latency_us=100_000.0 / 3**3)
    kept = size(found(**how, limits=limits).predictor) / whole
    assert 0.15 < kept <= 1 / 3
    assert max(sizes) > 1 / 3  # it began above


def test_an_interpretable_model_adds_up_feature_by_feature() -> None:
    predictor = found(limits=Limits(interpretable=True)).predictor
    matrix, _ = rows(50, 3)
    other = matrix.with_values(matrix.values.copy())
    other.values[:, 1:] = matrix.values[0, 1:]  # all but the first feature are made equal
    parts, others = predictor.contributions(matrix), predictor.contributions(other)
    np.testing.assert_allclose(parts[:, 0, 0], others[:, 0, 0], atol=1e-6)


class TestFailures:
    @pytest.fixture(autouse=True)
    def _quick(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.patch = monkeypatch
        trees = {"most_trees": 20}
        few = [("linear", {}), ("boosting", trees), ("network", {"epochs": 3}), ("linear", {})]
        begin = tuple(Proposal(*one) for one in few)
        monkeypatch.setattr(search_module, "portfolio", lambda *_: begin)

    def test_a_learner_that_crashes_is_named_and_the_rest_goes_on(self) -> None:
        def crash(self: object, *_: object) -> Attempt:
            raise ZeroDivisionError("nothing to divide by")

        self.patch.setattr(Network, "attempt", crash)
        fit = found()
        [failed] = [trial for trial in fit.trials if trial.why]
        assert (failed.learner, failed.loss) == ("network", float("inf"))
        assert failed.why == "ZeroDivisionError: nothing to divide by"
        assert fit.trials[-1] == failed

    def test_numbers_that_are_none_are_a_failure(self) -> None:
        whole = Network.attempt

        def spoilt(self: Network, *arguments: object) -> Attempt:
            attempt = whole(self, *arguments)  # type: ignore[arg-type]
            return replace(attempt, scores=attempt.scores * np.nan)

        self.patch.setattr(Network, "attempt", spoilt)
        [failed] = [trial for trial in found().trials if trial.why]
        assert failed.learner == "network"

    def test_a_learner_whose_process_is_killed_is_named_and_the_rest_goes_on(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(registry.LEARNERS, "network", f"{__name__}:Killed")
        how = {"runner": Processes(2), "learners": ("linear", "network")}
        fit = search(*rows(), Budget(600), **how, trials=5)
        why = {trial.learner: trial.why for trial in fit.trials}
        assert why == {"linear": "", "network": say("learn.killed")}
        assert fit.predictor.learners == "linear"

    def test_a_first_learner_that_crashes_does_not_end_the_search(self) -> None:
        def crash(self: object, *_: object) -> Attempt:
            raise MemoryError

        self.patch.setattr(Linear, "attempt", crash)
        assert np.isfinite(found().predictor.scores(rows()[0])).all()

    def test_when_all_fail_the_reasons_are_told(self) -> None:
        def crash(self: object, *_: object) -> Attempt:
            raise ValueError("no such luck")

        self.patch.setattr(Linear, "attempt", crash)
        with pytest.raises(ModelMistake, match="linear: ValueError: no such luck"):
            found(learners=("linear",))

    def test_a_fit_that_needs_more_memory_than_there_is_is_not_begun(self) -> None:
        self.patch.setattr(search_module, "available_mb", lambda: 0.001)
        fit = found(trials=None, budget=Budget(5))
        assert {trial.learner for trial in fit.trials} == {"linear"}
        assert len(fit.trials) == 1
