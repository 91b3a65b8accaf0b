from __future__ import annotations

import numpy as np
import pytest

from relevo.compute.budget import Budget
from relevo.learn.layout import Layout
from relevo.learn.leaf_steps import LeafSteps
from relevo.learn.learner import Floats, Target
from relevo.learn.links import row_losses
from relevo.learn.minimise import Coefficients, minimise
from relevo.prepare.matrix import Matrix

CLASSES = {"binary": ("no", "yes"), "three": ("x", "y", "z")}
N = 200


def parts(task: str) -> tuple[Target, Floats, Floats]:
    """A target, a gain and a rest."""
    random = np.random.default_rng(0)
    classes = CLASSES[task]
    outputs = len(classes) if len(classes) > 2 else 1
    codes = random.integers(0, len(classes), N).astype(float)
    return Target(codes, classes), np.linspace(2.0, 4.0, outputs), random.normal(size=(N, outputs))


@pytest.mark.parametrize("task", CLASSES)
def test_losses_are_the_wholes_also_of_some_rows(task: str) -> None:
    target, gain, rest = parts(task)
    scores, some = np.random.default_rng(1).normal(size=rest.shape), np.arange(3, 50)
    wanted = row_losses(gain * scores + rest, target)
    part = target.part(gain, rest)
    np.testing.assert_allclose(row_losses(scores, part), wanted)
    np.testing.assert_allclose(row_losses(scores[some], part.take(some)), wanted[some])


def test_a_part_of_a_number_is_a_number() -> None:
    random = np.random.default_rng(2)
    target, rest = Target(random.normal(size=N)), random.normal(size=(N, 1))
    part = target.part(np.array([0.5]), rest)
    assert part.whole is None
    np.testing.assert_allclose(0.5 * part.values + rest[:, 0], target.values)


@pytest.mark.parametrize("task", CLASSES)
def test_steps_of_leaves_that_count_more_lead_to_the_same_whole(task: str) -> None:
    target, gain, rest = parts(task)
    random, outputs = np.random.default_rng(3), rest.shape[1]
    leaves = random.integers(0, 4, (N, 10 * outputs)).astype(np.int32)
    values = random.normal(size=(10 * outputs, 4))
    scaled = np.tile(gain, 10)[:, np.newaxis] * values
    whole = LeafSteps(leaves, scaled, target.part(np.ones(outputs), rest), outputs)
    part = LeafSteps(leaves, values, target.part(gain, rest), outputs)
    for one, other in zip(whole.after([1.0, 10.0]), part.after([1.0, 10.0]), strict=True):
        np.testing.assert_allclose(one, np.tile(gain, 10)[:, np.newaxis] * other)
        assert not np.allclose(one, scaled)


@pytest.mark.parametrize("task", CLASSES)
def test_coefficients_that_count_more_lead_to_the_same_whole(task: str) -> None:
    target, _, rest = parts(task)
    values = np.random.default_rng(4).normal(size=(N, 2))
    matrix = Matrix(values, ("a", "b"), ("a", "b"), {})
    design = Layout.learn(matrix, None).design(matrix)
    outputs = rest.shape[1]
    start = Coefficients(np.zeros(outputs), np.zeros((2, outputs)))

    def found(gain: float, pull: float) -> Floats:
        part = target.part(np.full(outputs, gain), rest)
        return gain * minimise(design, part, start, start, pull, Budget(60), True).flat

    # The pull goes by the square. L-BFGS stops at a slope of 1e-5.
    np.testing.assert_allclose(found(3.0, 0.9), found(1.0, 0.1), atol=1e-3)
    assert np.abs(found(1.0, 0.1)).max() > 0.02
