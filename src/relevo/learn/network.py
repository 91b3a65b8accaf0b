"""`Network`: a small neural network for tables, on numpy alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.learn.abilities import ABILITIES
from relevo.learn.attempt import Attempt, Shared
from relevo.learn.gradient import Adam, gradients
from relevo.learn.holdout import hold_out
from relevo.learn.layout import Layout, Positions, shared_layout
from relevo.learn.learner import Target
from relevo.learn.links import probabilities, score_loss
from relevo.learn.network_predictor import Inputs, NetworkPredictor, Singles, some_rows
from relevo.learn.rows import Rows, spread_and_mean
from relevo.learn.searched import Searched
from relevo.learn.thinned import thinned

_MOST_CELLS = 40_000_000  # inputs of all rows together: 160 MB as float32
_FEWEST_STEPS_AN_EPOCH = 8
_FIRST_STEPS = 10  # enough to tell the time of a step
_WARM_UP = 0.1  # share of the steps in which the rate rises
_LOOKS, _PATIENCE = 5, 2  # at the held rows during a training, and how many without a gain end it
_TUNING_EPOCHS, _TUNING_RATE = 6, 0.2  # of fine-tuning, and its share of the learning rate


@dataclass(frozen=True)
class Network(Searched[NetworkPredictor]):
    """Learner of a network with bends of numbers as inputs (see `Layout`) and swish units.

    Adam with decoupled weight decay, the rate falling along a cosine to zero at the end of the
    time; the best of five looks at held rows is kept (Holzmüller et al., 2024, "Better by
    Default", is where most of the recipe comes from).

    Parameters
    ----------
    width, layers
        Of the hidden layers.
    bends
        Pieces of the curve of each number.
    epochs
        Times that each row is seen, when there is time for so many.
    learning_rate, weight_decay, dropout
        Of the training.
    batch
        Rows for each step.
    layout
        The design columns, when these are known already, see `made_for`.
    ordered, seed, threads
        As of every learner; `threads` is not used.

    """

    width: int = 256
    layers: int = 2
    bends: int = 8
    epochs: int = 30
    learning_rate: float = 2e-3
    weight_decay: float = 0.01
    dropout: float = 0.2
    batch: int = 256
    layout: Layout | None = None
    ordered: bool = False
    seed: int = 0
    threads: int = 1

    name = "network"
    abilities = ABILITIES["network"]

    def made_for(self, rows: Rows, shared: Shared | None = None) -> Network:
        """The learner with the layout of all rows' features."""
        return replace(self, layout=shared_layout(rows, self.bends, shared))

    def attempt(self, part: Rows, held: Rows, budget: Budget) -> Attempt:
        """Train on `part`; `held` says which epoch was best."""
        start = time.perf_counter()
        part = self._affordable(part)
        scale = spread_and_mean(part.target)
        inputs = Inputs.of(self.layout or shared_layout(part, self.bends))
        fresh = self._fresh(inputs, part, scale)
        found, epoch = _Training(self, fresh, part, budget).best(held)
        scores = found.scores(held.matrix)
        seconds = time.perf_counter() - start
        settings = {
            name: getattr(self, name)
            for name in ("width", "layers", "bends", "learning_rate", "weight_decay", "dropout")
        }
        predictor = found.with_settings({**settings, "epochs": epoch, "seed": self.seed})
        return Attempt(
            predictor,
            scores,
            score_loss(scores, held.target),
            self.name,
            predictor.settings,
            seconds,
            seconds / len(part),
        )

    def complete(self, attempt: Attempt, rows: Rows, budget: Budget) -> NetworkPredictor:
        """Train on all rows for the epochs that the attempt found, when there is time."""
        found = attempt.predictor
        assert isinstance(found, NetworkPredictor)
        if attempt.seconds_per_row * len(rows) > budget.remaining:
            return found
        rows = self._affordable(rows)
        fresh = self._fresh(found.inputs, rows, spread_and_mean(rows.target))
        chosen = replace(self, epochs=max(1, attempt.settings["epochs"]))
        return _Training(chosen, fresh, rows, budget).last().with_settings(found.settings)

    def fine_tune(self, warm: NetworkPredictor, rows: Rows, budget: Budget) -> NetworkPredictor:
        """The networks after a few gentle epochs, as many as rows held back say."""
        part, held = hold_out(self._affordable(rows), self.ordered, self.seed)
        rate = self.learning_rate * _TUNING_RATE
        gentle = replace(self, epochs=_TUNING_EPOCHS, learning_rate=rate)
        _, epoch = _Training(gentle, warm, part, budget.part(0.42)).best(held)
        if not epoch:
            return warm
        whole = replace(gentle, epochs=epoch)
        return _Training(whole, warm, self._affordable(rows), budget).last()

    def _affordable(self, rows: Rows) -> Rows:
        inputs = len(rows.matrix.features) * (self.bends + 1)
        return thinned(rows, max(2, _MOST_CELLS // inputs), self.ordered, self.seed)

    def _fresh(self, inputs: Inputs, rows: Rows, scale: tuple[float, float]) -> NetworkPredictor:
        """A network of random weights (He et al., 2015), its last layer small."""
        random = np.random.default_rng(self.seed)
        n_outputs = len(rows.target.classes) if len(rows.target.classes) > 2 else 1
        sizes = (inputs.size, *([self.width] * self.layers), n_outputs)
        gains = (*([2.0] * self.layers), 0.1)
        weights = [
            (random.standard_normal((1, a, b)) * np.sqrt(gain / max(1, a))).astype(np.float32)
            for a, b, gain in zip(sizes, sizes[1:], gains, strict=False)
        ]
        biases = [np.zeros((1, 1, size), dtype=np.float32) for size in sizes[1:]]
        background = some_rows(rows.matrix.values)
        features, classes = rows.matrix.features, rows.target.classes
        return NetworkPredictor(weights, biases, inputs, background, features, classes, {}, *scale)


class _Training:
    """The state of one training: a copy of the start, and rows as the network sees them."""

    def __init__(
        self, settings: Network, start: NetworkPredictor, rows: Rows, budget: Budget
    ) -> None:
        self.settings, self.start, self.budget = settings, start, budget
        self.network = start.copy()
        self.dense = start.inputs.dense(rows.matrix.values)
        self.levels = start.inputs.levels(rows.matrix.values)
        target = rows.target.scaled(start.factor, start.shift)
        self.target, self.wanted = target, _wanted(target, start.n_outputs)
        weight = np.ones(len(rows)) if target.weight is None else target.weight
        self.weight = (weight / (weight.mean() or 1.0)).astype(np.float32)[:, np.newaxis]
        self.batch = max(1, min(settings.batch, len(rows) // _FEWEST_STEPS_AN_EPOCH))
        self.random = np.random.default_rng(settings.seed)
        self.adam = Adam(self.network.parameters, settings.weight_decay)
        self.steps_an_epoch = -(-len(rows) // self.batch)
        self.epochs = float(settings.epochs)
        self.step = 0

    def best(self, held: Rows) -> tuple[NetworkPredictor, int]:
        """The network at the look that was best on held rows, and the number of its epoch.

        Few looks, because the best of many on few rows is mostly the luckiest.
        """
        best, least, at, worse = self.network.copy(), self._loss(held), 0, 0
        looks = 0
        for epoch in self._each_epoch():
            if epoch < (looks + 1) * self.epochs / _LOOKS:
                continue
            looks, now = int(epoch * _LOOKS / self.epochs), self._loss(held)
            if now < least:
                best, least, at, worse = self.network.copy(), now, epoch, 0
            else:
                worse += 1
            if worse == _PATIENCE:
                break
        return best, at

    def _loss(self, held: Rows) -> float:
        return score_loss(self.network.scores(held.matrix), held.target)

    def last(self) -> NetworkPredictor:
        """The network after all epochs."""
        for _ in self._each_epoch():
            pass
        return self.network

    def _each_epoch(self) -> Iterator[int]:
        began, epoch = time.perf_counter(), 0
        while epoch < self.epochs and not self.budget.spent:
            order = self.random.permutation(len(self.dense))
            for first in range(0, len(order), self.batch):
                self._one_step(order[first : first + self.batch])
                if self.step == _FIRST_STEPS:
                    self._plan((time.perf_counter() - began) / self.step)
                if not self.budget.remaining:
                    break
            epoch += 1
            yield epoch

    def _plan(self, seconds_per_step: float) -> None:
        """Fewer epochs when there is not time for all, so that the rate still falls to zero."""
        affordable = 0.9 * self.budget.remaining / (seconds_per_step * self.steps_an_epoch)
        self.epochs = min(self.epochs, max(1.0, affordable))

    def _one_step(self, rows: Positions) -> None:
        self.step += 1
        whole = self.start.inputs.whole(self.dense[rows], self.levels[rows])
        slope = gradients(
            self.network, whole, self._slope(rows), self.settings.dropout, self.random
        )
        done = self.step / (self.epochs * self.steps_an_epoch)
        falling = 0.5 * (1.0 + np.cos(np.pi * min(1.0, done)))
        self.adam.step(slope, self.settings.learning_rate * min(1.0, done / _WARM_UP) * falling)

    def _slope(self, rows: Positions) -> Callable[[Singles], Singles]:
        """The slope of the mean loss by the outputs `(1, n_rows, n_outputs)`."""
        wanted, share = self.wanted[rows], self.weight[rows] / len(rows)
        target, n_outputs = self.target.take(rows), self.start.n_outputs

        def slope(outputs: Singles) -> Singles:
            if target.classes:
                scores = target.in_all(outputs.astype(np.float64))
                outputs = probabilities(scores)[..., -n_outputs:].astype(np.float32)
            return np.asarray(target.gain * (outputs - wanted) * share, dtype=np.float32)

        return slope


def _wanted(target: Target, n_outputs: int) -> Singles:
    if n_outputs == 1:
        return target.values.astype(np.float32)[:, np.newaxis]
    hot: NDArray[np.bool_] = target.values[:, np.newaxis] == np.arange(n_outputs)
    return hot.astype(np.float32)
