from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.serve.token_buckets import TokenBuckets


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_each_name_has_its_own_tokens_and_they_come_back() -> None:
    clock = Clock()
    buckets = TokenBuckets(per_second=2, burst=3, clock=clock)
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert buckets.take("b") == 0
    clock.now = 0.25
    assert buckets.take("a") == pytest.approx(0.25)
    clock.now = 0.5
    assert [buckets.take("a"), buckets.take("a")] == [0, 0.5]
    clock.now = 1000
    assert [buckets.take("a") == 0 for _ in range(4)] == [True, True, True, False]


def test_who_was_not_heard_of_for_longest_is_forgotten() -> None:
    buckets = TokenBuckets(per_second=1, burst=1, most=2, clock=Clock())
    for name in ("a", "b", "a", "c"):
        buckets.take(name)
    assert buckets.take("a") > 0
    assert buckets.take("b") == 0


@given(st.lists(st.floats(0, 5), max_size=60), st.floats(0.1, 50), st.integers(1, 10))
def test_never_more_than_the_burst_and_what_came_back(
    steps: list[float], per_second: float, burst: int
) -> None:
    clock = Clock()
    buckets = TokenBuckets(per_second, burst, clock=clock)
    taken = 0
    for step in steps:
        clock.now += step
        taken += buckets.take("a") == 0
    assert taken <= burst + clock.now * per_second + 1e-6
