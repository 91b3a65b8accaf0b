from __future__ import annotations

import threading

import numpy as np

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads


def add(task: int, *, numbers: np.ndarray) -> float:
    return float(numbers[task]) + 1


def test_every_task_gets_the_shared_arrays() -> None:
    shared = {"numbers": np.arange(5.0)}
    assert sorted(Threads(2).map(add, range(3), Budget(60), shared)) == [1.0, 2.0, 3.0]


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


def test_tasks_run_at_the_same_time() -> None:
    meeting = threading.Barrier(2)  # passes only when both tasks have reached it
    assert sorted(Threads(2).map(lambda task: meeting.wait(60), range(2), Budget(60))) == [0, 1]


def test_results_of_tasks_that_ran_when_the_budget_was_stopped_are_given() -> None:
    budget, both = Budget(60), threading.Barrier(2)

    def run(task: int) -> int:
        both.wait(60)
        budget.stop()
        return task

    assert sorted(Threads(2).map(run, range(4), budget)) == [0, 1]
