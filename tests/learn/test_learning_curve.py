from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads
from relevo.learn.learner import LearningCurve, Target
from relevo.learn.search import search
from relevo.prepare.matrix import Matrix


def test_falls_that_halve_go_on_halving() -> None:
    curve = LearningCurve(rows=(100, 200, 400), losses=(2.0, 1.4, 1.1))
    assert curve.gain_of_rows == pytest.approx(0.15 / 1.1)


def test_a_flat_curve_promises_nothing() -> None:
    assert LearningCurve(rows=(1, 2, 4), losses=(1.0, 0.5, 0.6)).gain_of_rows == 0.0
    assert isnan(LearningCurve().gain_of_rows)
    assert isnan(LearningCurve().gain_of_time)


def test_the_second_half_of_the_time_is_what_counts() -> None:
    curve = LearningCurve(seconds=(1.0, 4.0, 9.0), best=(3.0, 2.5, 2.0))
    assert curve.gain_of_time == pytest.approx(0.25)


def test_a_search_measures_both() -> None:
    random = np.random.default_rng(0)
    values = random.normal(size=(1500, 4))
    target = Target(np.sin(3 * values[:, 0]) + values[:, 1] ** 2)
    matrix = Matrix(values, tuple("abcd"), tuple("abcd"), {})
    curve = search(matrix, target, Budget(600), runner=Threads(2), trials=3).curve
    assert len(curve.rows) == len(curve.losses) == 3
    assert curve.rows == tuple(sorted(curve.rows))
    assert curve.losses[0] > curve.losses[-1]
    assert curve.gain_of_rows > 0.02  # without noise there is always more to learn
    assert list(curve.best) == sorted(curve.best, reverse=True)
