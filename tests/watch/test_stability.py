from __future__ import annotations

import numpy as np
import pytest

from relevo.watch.stability import stability


def test_it_is_the_sum_over_groups_with_half_a_row_in_each():
    reference, current = np.array([700, 200, 100]), np.array([50, 30, 20])
    p, q = (reference + 0.5) / 1001.5, (current + 0.5) / 101.5
    assert stability(reference, current) == pytest.approx(((q - p) * np.log(q / p)).sum())
    assert stability(reference, 3 * reference) == pytest.approx(0, abs=1e-6)


def test_new_and_lost_groups_are_large_but_finite():
    reference, current = np.array([500, 500, 0]), np.array([600, 0, 400])
    assert 1 < stability(reference, current) < 20
    split = np.array([500, 500, 0, 0]), np.array([600, 0, 150, 250])
    assert stability(*split) == pytest.approx(stability(reference, current))


def test_many_small_groups_are_not_taken_for_a_change():
    rng = np.random.default_rng(0)
    reference, current = (
        np.bincount(rng.integers(0, 1000, n), minlength=1000) for n in (9000, 3000)
    )
    assert stability(reference, current) < 0.1
