from __future__ import annotations

import numpy as np
import pytest

from relevo.compute.budget import Budget
from relevo.learn.gradient import gradients
from relevo.learn.layout import Layout
from relevo.learn.learner import Target
from relevo.learn.linear import Linear
from relevo.learn.links import mixed, row_losses, score_loss
from relevo.learn.network import Network, _Training
from relevo.learn.network_predictor import Inputs, NetworkPredictor
from relevo.learn.rows import Rows
from relevo.prepare.matrix import Matrix

NAMES = ("a", "b", "c")


def rows(n: int = 300, classes: tuple[str, ...] = (), seed: int = 0) -> Rows:
    random = np.random.default_rng(seed)
    values = random.normal(size=(n, 3))
    values[:, 2] = random.integers(0, 6, n)
    signal = np.sin(2 * values[:, 0]) + values[:, 1] * (values[:, 2] > 2)
    if not classes:
        return Rows(Matrix(values, NAMES, NAMES, {2: 6}), Target(1e6 + 1e3 * signal))
    codes = np.digitize(signal, [-0.3, 0.6][: len(classes) - 1]).astype(float)
    return Rows(Matrix(values, NAMES, NAMES, {2: 6}), Target(codes, classes))


@pytest.mark.parametrize("gain", [1.0, 3.0])
@pytest.mark.parametrize("classes", [(), ("x", "y"), ("x", "y", "z")])
def test_gradients_are_the_slopes_of_the_loss(classes: tuple[str, ...], gain: float) -> None:
    few = rows(20, classes)
    small = Network(width=5, bends=3).made_for(few)
    start = small._fresh(Inputs.of(small.layout), few, (1.0, 0.0))
    start = start._with(  # float64, so that a small step shows
        [weight.astype(np.float64) for weight in start.weights],
        [bias.astype(np.float64) for bias in start.biases],
    )
    target = few.target if classes else Target(few.target.values / 1e6)
    rest = np.random.default_rng(1).normal(size=(20, start.n_outputs))
    few = Rows(few.matrix, target.part(np.full(start.n_outputs, gain), rest))
    training = _Training(small, start, few, Budget(60))
    network, every = training.network, np.arange(20)
    whole = start.inputs.whole(training.dense, training.levels).astype(np.float64)
    slopes = gradients(network, whole, training._slope(every), 0.0, np.random.default_rng(0))

    def loss() -> float:
        losses = row_losses(network.scores(few.matrix), few.target).mean()
        return float(losses / (1 if classes else 2))

    for parameter, slope in zip(network.parameters, slopes, strict=True):
        place = tuple(size // 2 for size in parameter.shape)
        before = parameter[place]
        parameter[place] = before + 1e-4
        above = loss()
        parameter[place] = before - 1e-4
        below = loss()
        parameter[place] = before
        assert slope[place] == pytest.approx((above - below) / 2e-4, rel=1e-3, abs=1e-6)


def test_it_finds_what_no_line_can() -> None:
    learnt, judged = rows(3000), rows(1000, seed=1)
    found = Network(epochs=40).fit(learnt.matrix, learnt.target, Budget(600))
    assert score_loss(found.scores(judged.matrix), judged.target) < 0.1 * judged.target.values.var()


def test_each_class_may_have_a_mean_of_its_own() -> None:
    learnt, classes = rows(300), ("a", "b", "c")
    target = Target(np.digitize(learnt.target.values, [-1.0, 1.0]).astype(float), classes)
    held = Rows(learnt.matrix, target)
    for learner in (Network(width=16), Linear(bends=4)):
        ready = learner.made_for(held)
        halves = [held.take(slice(0, 150)), held.take(slice(150, 300))]
        members = [ready.attempt(one, held, Budget(600)).predictor for one in halves]
        shares = np.array([[0.1, 0.5, 0.8], [0.9, 0.5, 0.2]])
        together = type(members[0]).average(members, 3.0 * shares)
        wanted = mixed([one.scores(held.matrix) for one in members], shares)
        np.testing.assert_allclose(together.scores(held.matrix), wanted, rtol=1e-4, atol=1e-5)


def test_the_mean_of_networks_is_one_network() -> None:
    learner = Network(width=16).made_for(rows())
    members = []
    for seed in (0, 1, 2):
        few = rows(200, seed=seed)
        target = Target((seed + 1) * few.target.values)
        members.append(learner.attempt(Rows(few.matrix, target), few, Budget(600)).predictor)
    weights, matrix = np.array([[1.0], [2.0], [0.5]]), rows(50, seed=9).matrix
    together = NetworkPredictor.average(members, weights)
    wanted = mixed([one.scores(matrix) for one in members], weights / weights.sum())
    np.testing.assert_allclose(together.scores(matrix), wanted, rtol=1e-5)
    twice = NetworkPredictor.average([together, members[0]], np.ones((2, 1)))
    wanted = (together.scores(matrix) + members[0].scores(matrix)) / 2
    np.testing.assert_allclose(twice.scores(matrix), wanted, rtol=1e-5)


def test_a_category_of_very_many_levels_keeps_the_frequent_ones() -> None:
    values = np.arange(3000.0)[:, np.newaxis] % 2000
    layout = Layout.learn(Matrix(values, ("a",), ("a",), {0: 2000}), None)
    inputs = Inputs.of(layout)
    assert inputs.size <= 512
    levels = inputs.levels(np.array([[0.0], [1.0], [1999.0], [np.nan], [7e6]]))[:, 0]
    assert levels[1] != levels[0] == levels[2] == levels[4]
    assert levels[3] == inputs.size - 1


def test_a_short_budget_trains_fewer_epochs() -> None:
    many = rows(4000)
    found = Network(epochs=100_000, width=64).fit(many.matrix, many.target, Budget(1.0))
    assert np.isfinite(found.scores(many.matrix)).all()
