from __future__ import annotations

import numpy as np
import pytest

from relevo.watch.faults.step import step


@pytest.mark.parametrize("size", [1.0, 0.1, 0.18, 1.609344, 5 / 9, 1_000.0])
def test_the_step_of_a_lattice_is_found(size: float) -> None:
    random = np.random.default_rng(0)
    whole = np.unique(random.integers(-50, 400, 200))
    assert step(whole * size + 3.7) == pytest.approx(size, rel=1e-6)


def test_numbers_of_no_step_have_none() -> None:
    random = np.random.default_rng(0)
    assert step(np.unique(random.normal(size=500))) is None
    assert step(np.array([1.0, 2.0, 3.0])) is None
