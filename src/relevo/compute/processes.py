"""`Processes`: tasks side by side in processes of this machine, one thread each."""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing.connection import wait as wait_for
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from relevo.compute.budget import Budget
from relevo.compute.runner import NOTHING_SHARED, Result, Task, machine_cores
from relevo.errors import OptionMistake

_LOOK_EVERY_S = 0.05  # how soon a stop (Ctrl-C) is noticed


class Processes:
    """Run tasks side by side, each in a process of its own with one thread.

    Workers are spawned, never forked: a fork of a process that has threads may hang. Shared
    arrays lie in a folder of temporary files that every worker maps into its memory. Workers end
    with the process that started them, even when it was killed.

    Parameters
    ----------
    cores
        How many workers; default: the cores of the machine.

    """

    def __init__(self, cores: int | None = None) -> None:
        self.cores = cores or machine_cores()
        self.threads_per_task = 1

    def map(
        self,
        function: Callable[..., Result],
        tasks: Iterable[Task],
        budget: Budget,
        shared: Mapping[str, NDArray[Any]] = NOTHING_SHARED,
        lost: Callable[[Task], Result] | None = None,
    ) -> Iterator[Result]:
        """Call `function(task, **shared)` for each task; results in order of completion.

        Raises
        ------
        OptionMistake
            When a worker was killed (often by the system, for want of memory) or could not start,
            and nobody says what is `lost` with it.

        """
        waiting = iter(tasks)
        with tempfile.TemporaryDirectory(prefix="relevo-") as folder:
            _write(shared, Path(folder))
            while not budget.spent:
                broken: list[Task] = []
                yield from self._until_broken(function, waiting, budget, folder, broken)
                if not broken:
                    return
                if lost is None:
                    raise OptionMistake("compute.worker_died", cores=self.cores)
                yield from self._each_alone(function, broken, lost, budget, folder)

    def _each_alone(
        self,
        function: Callable[..., Result],
        suspects: list[Task],
        lost: Callable[[Task], Result],
        budget: Budget,
        folder: str,
    ) -> Iterator[Result]:
        """Which of the workers was killed is not known: what ran then runs once more, alone."""
        if len(suspects) == 1:
            yield lost(suspects[0])
            return
        for task in suspects:
            broken: list[Task] = []
            yield from self._until_broken(function, iter([task]), budget, folder, broken)
            yield from map(lost, broken)

    def _until_broken(
        self,
        function: Callable[..., Result],
        waiting: Iterator[Task],
        budget: Budget,
        folder: str,
        broken: list[Task],
    ) -> Iterator[Result]:
        """Results until all is done, or a worker was killed: then the tasks that ran are told."""
        pool = self._pool(folder)
        running: dict[Future[Result], Task] = {}
        try:
            while not budget.spent:
                for task in islice(waiting, self.cores - len(running)):
                    broken.append(task)  # if the pool is found broken just now
                    running[pool.submit(_call, function, task)] = broken.pop()
                if not running:
                    return
                for future in _finished(set(running), budget):
                    result = future.result()
                    del running[future]
                    yield result
        except BrokenProcessPool:
            broken += running.values()
        finally:
            _end(pool, still_running=bool(running))

    def _pool(self, folder: str) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self.cores,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(folder,),
        )


def _finished(running: set[Future[Result]], budget: Budget) -> set[Future[Result]]:
    done: set[Future[Result]] = set()
    while not done and not budget.spent:
        patience = min(_LOOK_EVERY_S, budget.remaining)
        done = wait(running, timeout=patience, return_when=FIRST_COMPLETED).done
    return done


def _end(pool: ProcessPoolExecutor, still_running: bool) -> None:
    if still_running:
        # Python 3.14 has terminate_workers(); before, the workers are only known privately.
        for worker in list((getattr(pool, "_processes", None) or {}).values()):
            worker.terminate()
    pool.shutdown(wait=True, cancel_futures=True)


def _write(shared: Mapping[str, NDArray[Any]], folder: Path) -> None:
    for name, array in shared.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)


_mapped: dict[str, NDArray[Any]] = {}


def _begin(folder: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    threadpool_limits(1)
    for file in Path(folder).glob("*.npy"):
        _mapped[file.stem] = np.load(file, mmap_mode="r", allow_pickle=False)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os.kill(os.getpid(), signal.SIGKILL)  # nobody waits for what it would still do


def _call(function: Callable[..., Result], task: Task) -> Result:
    return function(task, **_mapped)
