from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from relevo.compute.budget import Budget, parse_duration
from relevo.compute.processes import Processes
from relevo.errors import OptionMistake

# Workers import a function by its name; a test file has none they can find, so these tests use
# functions of installed modules.


def test_tasks_run_elsewhere() -> None:
    results = list(Processes(2).map(os.path.basename, ["a/b", "c/d", "e/f"], Budget(60)))
    assert sorted(results) == ["b", "d", "f"]


def test_arrays_are_mapped_into_the_workers_and_cannot_be_written() -> None:
    shared = {"a_min": np.zeros(4), "a_max": np.full(4, 2.0)}
    [result] = Processes(1).map(np.clip, [np.array([-1.0, 1.0, 2.0, 9.0])], Budget(60), shared)
    assert result.tolist() == [0.0, 1.0, 2.0, 2.0]


def test_a_mistake_in_a_worker_comes_back_whole() -> None:
    with pytest.raises(OptionMistake) as caught:
        list(Processes(1).map(parse_duration, ["soon"], Budget(60)))
    assert caught.value.values["budget"] == "soon"


def test_a_killed_worker_is_explained() -> None:
    with pytest.raises(OptionMistake) as caught:
        list(Processes(1).map(signal.raise_signal, [signal.SIGKILL], Budget(60)))
    assert caught.value.key == "compute.worker_died"
    assert "__main__" in str(caught.value)


def test_what_a_killed_worker_did_is_lost_and_the_rest_goes_on() -> None:
    tasks = [signal.SIGKILL, signal.SIGCONT, signal.SIGCONT]  # the second does nothing
    results = Processes(1).map(signal.raise_signal, tasks, Budget(60), lost=lambda task: task.name)
    assert list(results) == ["SIGKILL", None, None]


def test_what_ran_beside_a_killed_worker_is_not_lost() -> None:
    wait, kill = "__import__('time').sleep(0.3)", "__import__('signal').raise_signal(9)"
    numbers = [1, 2, 0, 3, 0, 4, 0, 0, 5]
    tasks = [f"{wait} or {number or kill}" for number in numbers]
    results = Processes(2).map(eval, tasks, Budget(600), lost=lambda _: -1)
    assert sorted(results) == sorted(number or -1 for number in numbers)


def test_a_task_that_lasts_too_long_is_ended() -> None:
    before = time.monotonic()
    assert list(Processes(1).map(time.sleep, [600], Budget(1))) == []
    assert time.monotonic() - before < 60  # ten times less than the task; no measure of speed


def test_a_stop_ends_the_work_and_keeps_what_was_done() -> None:
    budget, done = Budget(600), []
    for result in Processes(1).map(abs, iter(range(-100, 0)), budget):
        done.append(result)
        budget.stop()
    assert done == [100]


def test_workers_end_with_a_killed_parent() -> None:
    task = "print('began', flush=True) or __import__('time').sleep(600)"
    code = (
        "from relevo.compute.budget import Budget\n"
        "from relevo.compute.processes import Processes\n"
        f"list(Processes(2).map(eval, [{task!r}] * 2, Budget(600)))"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert [parent.stdout.readline() for _ in range(2)] == [b"began\n"] * 2
        parent.terminate()
        # The workers hold the same pipe: it is at its end when the last of them is gone.
        assert parent.communicate(timeout=60) == (b"", None)
