from __future__ import annotations

import numpy as np
import pytest

from relevo.compute.budget import Budget
from relevo.learn.learner import Target
from relevo.learn.rows import Rows
from relevo.prepare.matrix import Matrix
from relevo.renew.history import History, choose_history

DAYS, ROWS_A_DAY = 80, 40


def stream(
    seed: int, changes_on: int | None = None, weight: bool = False
) -> tuple[Rows, np.ndarray]:
    """Rows in the order of time; from one day on the relation is another, if any is named."""
    random = np.random.default_rng(seed)
    days = np.repeat(np.arange(DAYS), ROWS_A_DAY) + np.tile(np.linspace(0, 0.9, ROWS_A_DAY), DAYS)
    values = random.normal(size=(len(days), 2))
    sign = np.where(days < (DAYS if changes_on is None else changes_on), 1.0, -1.0)
    own = random.normal(scale=0.3, size=DAYS)[days.astype(int)]  # each day has its own level
    target = sign * values[:, 0] + own + random.normal(scale=0.5, size=len(days))
    names = ("x", "z")
    weights = np.ones(len(days)) if weight else None
    return Rows(Matrix(values, names, names, {}), Target(target, (), weights)), days


@pytest.mark.parametrize("seed", range(3))
def test_after_an_abrupt_change_what_came_before_is_left_out(seed: int) -> None:
    rows, days = stream(seed, changes_on=40)
    chosen = choose_history(rows, days, Budget(600))
    assert chosen.kind in ("recent", "decayed")
    assert chosen.days <= 40
    assert "beyond" not in chosen.why
    best = min(chosen.tried, key=lambda one: one.loss)
    assert best.loss < 0.8 * chosen.tried[0].loss


def test_without_a_change_all_rows_are_learnt_from() -> None:
    # At a level of 5 % for all six together one choice in six of another history is unlikely.
    chosen = [choose_history(*stream(seed), Budget(600)).kind for seed in range(10, 16)]
    assert chosen.count("all") >= 5


def test_too_short_a_history_tells_nothing() -> None:
    rows, days = stream(1)
    few = choose_history(rows.take(slice(0, 200)), days[:200], Budget(600))
    assert few.kind == "all"
    assert few.tried == ()
    assert "too short" in few.why
    one_day = choose_history(rows, np.zeros(len(days)), Budget(600))
    assert one_day.kind == "all"


def test_what_the_problem_file_asks_for_is_done() -> None:
    rows, days = stream(2, changes_on=40)
    assert choose_history(rows, days, Budget(600), asked="all").kind == "all"
    assert choose_history(rows, days, Budget(600), asked="recent").kind == "recent"
    assert choose_history(rows, days, Budget(600), asked="decayed").kind == "decayed"


def test_even_weights_change_nothing() -> None:
    plain, days = stream(3, changes_on=40)
    weighted, _ = stream(3, changes_on=40, weight=True)
    one, other = (choose_history(rows, days, Budget(600)) for rows in (plain, weighted))
    assert (one.kind, one.days) == (other.kind, other.days)


def test_weights_by_age() -> None:
    days = np.array([0.0, 10.0, 20.0])
    np.testing.assert_array_equal(History().weights(days), [1, 1, 1])
    np.testing.assert_array_equal(History("recent", 10.0).weights(days), [0, 1, 1])
    np.testing.assert_array_equal(History("decayed", 10.0).weights(days), [0.25, 0.5, 1])


def test_a_window_does_not_forget_a_segment_that_was_silent_lately() -> None:
    days, segments = np.array([0.0, 50.0, 55.0, 100.0]), np.array([0, 1, 1, 0])
    np.testing.assert_array_equal(History("recent", 10.0).weights(days, segments), [0, 1, 1, 1])
    np.testing.assert_array_equal(History("recent", 2.0).weights(days, segments), [0, 0, 1, 1])
