"""The search against brute force, on functions whose least change is known."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, product

import numpy as np
import pytest
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.explain.decisions.column_values import Moves
from relevo.explain.decisions.turned_state import State
from relevo.explain.decisions.turning import TimeUp, Turning

Floats = NDArray[np.float64]


def moves(place: int, values: list[float]) -> Moves:
    found = np.array(values)
    return Moves(
        f"c{place}",
        np.array([place]),
        tuple(values),
        found[:, np.newaxis],
        np.abs(found),
        found > 0,
        np.arange(len(found)),
    )


def turning(
    score: Callable[[Floats], Floats],
    columns: list[list[float]],
    budget: Budget | None = None,
) -> Turning:
    row = np.zeros(len(columns))
    places = [moves(place, values) for place, values in enumerate(columns)]
    return Turning(row, places, score, lambda scores: scores, budget or Budget(60.0))


def least(search: Turning) -> State | None:
    return next((level[0] for level in search.levels() if level), None)


def brute(score: Callable[[Floats], Floats], columns: list[list[float]]) -> tuple[int, float]:
    """How many changes are needed, and the least distance of so many."""
    for size in range(1, len(columns) + 1):
        found = []
        for chosen in combinations(range(len(columns)), size):
            for values in product(*(columns[place] for place in chosen)):
                row = np.zeros((1, len(columns)))
                row[0, list(chosen)] = values
                if score(row)[0] >= 0:
                    found.append(float(np.abs(values).sum()))
        if found:
            return size, min(found)
    raise AssertionError


@pytest.mark.parametrize("seed", range(12))
def test_the_least_change_of_a_sum_is_found(seed: int) -> None:
    random = np.random.default_rng(seed)
    columns = [sorted(random.normal(size=5).round(3).tolist()) for _ in range(5)]
    weights = random.normal(size=5)
    most = sum(max(0.0, *(w * np.array(c))) for w, c in zip(weights, columns, strict=True))
    limit = most * random.uniform(0.2, 0.9)

    def score(rows: Floats) -> Floats:
        return rows @ weights - limit

    found = least(turning(score, columns))
    assert found is not None
    size, distance = brute(score, columns)
    assert found.rank == (size, pytest.approx(distance))


def test_two_changes_that_do_nothing_alone_are_found() -> None:
    def score(rows: Floats) -> Floats:
        return np.where((rows[:, 1] > 0.5) & (rows[:, 3] > 0.5), 1.0, -1.0)

    found = least(turning(score, [[1.0, 2.0]] * 5))
    assert found is not None
    assert (found.columns, found.distance) == ({1, 3}, 2.0)


def test_what_needs_many_changes_is_climbed_to_and_holds_none_too_many() -> None:
    def score(rows: Floats) -> Floats:
        return rows[:, :8].sum(axis=1) - 7.5  # the last two columns are no help

    found = least(turning(score, [[1.0]] * 10))
    assert found is not None
    assert found.columns == set(range(8))


def test_what_cannot_be_turned_is_brought_as_near_as_can_be() -> None:
    search = turning(lambda rows: rows.sum(axis=1) - 100.0, [[1.0, 2.0, -1.0]] * 7)
    assert least(search) is None
    assert search.best.score == 14.0 - 100.0


def test_a_number_goes_no_further_than_it_must() -> None:
    values = [float(value) for value in range(1, 301)]
    coarse = Moves(
        "c0",
        np.array([0]),
        tuple(values),
        np.array(values)[:, np.newaxis],
        np.array(values),
        np.ones(300, np.bool_),
        np.arange(0, 300, 50),
    )
    search = Turning(
        np.zeros(1), [coarse], lambda rows: rows[:, 0] - 117.0, lambda s: s, Budget(60.0)
    )
    found = least(search)
    assert found is not None
    assert search.changed(found) == [("c0", 151.0)]
    assert search.changed(search.refined(found)) == [("c0", 117.0)]


def test_the_time_limit_ends_the_search_and_the_best_is_kept() -> None:
    clock = iter(np.arange(0.0, 1e6, 0.1).tolist())
    budget = Budget(1.0, clock=lambda: next(clock))
    search = turning(lambda rows: rows.sum(axis=1) - 1e9, [[1.0, 2.0]] * 60, budget)
    with pytest.raises(TimeUp):
        for _ in search.levels():
            pass
    assert search.tried > 1
    assert search.best.score > -1e9
