from __future__ import annotations

import numpy as np
import pytest

from relevo.explain.trust.randomisation import alike, alike_by_row
from relevo.explain.trust.stability import how_many, top_overlap


def test_scale_does_not_matter_and_direction_does():
    parts = np.random.default_rng(0).normal(size=(100, 4))
    assert alike(parts, 5 * parts + 3) == pytest.approx(
        1
    )  # what is the same in every row is no part
    assert alike(parts, -parts) == pytest.approx(-1)
    assert abs(alike(parts, np.random.default_rng(1).normal(size=(100, 4)))) < 0.2
    assert alike(parts, np.zeros((100, 4))) == 0
    assert alike_by_row(parts, 2 * parts) == pytest.approx(np.ones(100))
    assert alike_by_row(parts, 0 * parts) == pytest.approx(np.zeros(100))


def test_the_strongest_are_compared_by_size():
    one = np.array([[5.0, -4.0, 1.0, 0.0], [5.0, -4.0, 1.0, 0.0]])
    other = np.array([[-9.0, 8.0, 1.0, 0.0], [0.0, 4.0, 5.0, 1.0]])
    assert top_overlap(one, other, 2).tolist() == [1.0, 0.5]
    assert [how_many(columns) for columns in (1, 2, 6, 8, 30)] == [1, 1, 3, 4, 4]
