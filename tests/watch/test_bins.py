from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.watch.bins import BinnedSteps, Bins, merged
from relevo.watch.steps import Steps

SHAPES = {
    "plain": lambda normal: normal,
    "heavy": lambda normal: np.exp(2 * normal),
    "ties": lambda normal: np.floor(3 * normal),
    "many zeros": lambda normal: np.where(normal < 0.4, 0.0, normal),
}


def both(shape, shift=0.1, rows=(20_000, 9_000)):
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=rows[0]), rng.normal(shift, 1.1, rows[1])
    return np.sort(SHAPES[shape](first)), np.sort(SHAPES[shape](second))


@pytest.mark.parametrize("shape", SHAPES)
def test_distances_are_the_exact_ones_up_to_the_stated_error(shape):
    reference, current = both(shape)
    exact = Steps.of(reference, current)
    binned = merged(reference, Bins.between(reference).with_values(current))
    assert exact.distances[0] - 0.001 <= binned.distances[0] <= exact.distances[0] + 1e-12
    assert binned.kolmogorov_smirnov()[1] >= exact.kolmogorov_smirnov()[1] - 1e-12
    assert binned.distances[1] <= exact.distances[1] + 1e-9
    assert binned.distances[1] == pytest.approx(exact.distances[1], rel=0.01)
    assert binned.new_share() == pytest.approx(exact.new_share())
    for one, other in zip(binned.between_quantiles(10), exact.between_quantiles(10), strict=True):
        assert one.tolist() == other.tolist()


def test_few_values_are_counted_exactly():
    reference, current = both("ties")
    exact = Steps.of(reference, current)
    binned = merged(reference, Bins.between(reference).with_values(current))
    assert binned.distances == pytest.approx(exact.distances)
    first, second = binned.counts()
    assert (first.sum(), second.sum()) == (20_000, 9_000)
    assert set(first[first > 0]) == set(exact.counts()[0][exact.counts()[0] > 0])


chunks = st.lists(st.lists(st.integers(-4, 4), max_size=8), min_size=1, max_size=6)


@given(chunks)
def test_chunks_add_up_to_the_whole(parts):
    edges = Bins.between(np.array([-3.0, -1.0, -1.0, 0.0, 2.0]))
    grown = edges
    for part in parts:
        grown = grown.with_values(np.array(part, dtype=float))
    whole = edges.with_values(np.array([value for part in parts for value in part], dtype=float))
    assert grown.counts.tolist() == whole.counts.tolist()
    assert grown.sums == pytest.approx(whole.sums)
    assert edges.counts.sum() == 0


def test_every_row_is_in_the_bin_that_holds_its_value():
    bins = Bins.between(np.array([1.0, 2.0]))
    assert bins.place(np.array([0.0, 1.0, 1.5, 2.0, 9.0])).tolist() == [0, 1, 2, 3, 4]
    steps = BinnedSteps.merging(
        bins.with_values(np.array([1.0, 2.0])), bins.with_values(np.array([0.5, 9.0]))
    )
    assert steps.values.tolist() == [0.5, 1.0, 2.0, 9.0]
    assert steps.place(np.array([0.5, 1.0, 2.0, 9.0])).tolist() == [0, 1, 2, 3]
    assert steps.distances == pytest.approx(
        (0.5, Steps.of(np.array([1.0, 2.0]), np.array([0.5, 9.0])).distances[1])
    )


def test_a_reference_of_one_value():
    bins = Bins.between(np.full(50, 3.0))
    steps = merged(np.full(50, 3.0), bins.with_values(np.array([3.0, 3.0, 5.0])))
    assert steps.distances == pytest.approx((1 / 3, 2 / 3))
