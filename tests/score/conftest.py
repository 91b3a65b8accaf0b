"""Judged rows of every kind, made from a seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest


@dataclass(frozen=True)
class Judged:
    task: str
    target: np.ndarray
    values: np.ndarray
    probabilities: np.ndarray | None
    weight: np.ndarray

    @property
    def seen(self):
        return self.values if self.probabilities is None else self.probabilities


def classified(rows=300, classes=2, seed=0, ties=False):
    rng = np.random.default_rng(seed)
    score = rng.normal(0, 1.2, (rows, classes))
    chance = np.exp(score) / np.exp(score).sum(axis=1, keepdims=True)
    target = (chance.cumsum(axis=1) < rng.random(rows)[:, None]).sum(axis=1).clip(0, classes - 1)
    target[:classes] = np.arange(classes)
    if ties:
        chance = np.round(chance, 1) + 0.01
        chance /= chance.sum(axis=1, keepdims=True)
    values = chance.argmax(axis=1).astype(float)
    return Judged("classification", target.astype(float), values, chance, rng.uniform(0.1, 3, rows))


def regressed(rows=301, seed=0):
    rng = np.random.default_rng(seed)
    target = rng.normal(size=rows)
    return Judged("regression", target, target + rng.normal(size=rows), None, rng.random(rows))


@pytest.fixture(scope="session")
def make_classified():
    return classified


@pytest.fixture(scope="session")
def make_regressed():
    return regressed
