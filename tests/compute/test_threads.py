from __future__ import annotations

import numpy as np

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads


def add(task: int, *, numbers: np.ndarray) -> float:
    return float(numbers[task]) + 1


def test_every_task_gets_the_shared_arrays() -> None:
    shared = {"numbers": np.arange(5.0)}
    assert list(Threads(2).map(add, range(3), Budget(60), shared)) == [1.0, 2.0, 3.0]


def test_no_task_is_drawn_after_the_budget_is_spent() -> None:
    budget, drawn = Budget(60), []

    def tasks():
        for task in range(10):
            drawn.append(task)
            yield task

    for done in Threads(1).map(lambda task: task, tasks(), budget):
        if done == 2:
            budget.stop()
    assert drawn == [0, 1, 2]


def test_a_task_may_use_all_cores() -> None:
    runner = Threads(3)
    assert (runner.cores, runner.threads_per_task) == (1, 3)
