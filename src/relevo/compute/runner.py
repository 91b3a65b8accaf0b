"""The protocol that searches and strategies know: `Runner`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from numpy.typing import NDArray

from relevo.compute.budget import Budget

Task = TypeVar("Task")
Result = TypeVar("Result")

NOTHING_SHARED: Mapping[str, NDArray[Any]] = MappingProxyType({})


class Runner(Protocol):
    """Where calls run: in this process, in several, or on a cluster.

    Attributes
    ----------
    cores
        How many tasks may run at once.
    threads_per_task
        How many threads one task may use.

    """

    cores: int
    threads_per_task: int

    def map(
        self,
        function: Callable[..., Result],
        tasks: Iterable[Task],
        budget: Budget,
        shared: Mapping[str, NDArray[Any]] = NOTHING_SHARED,
        lost: Callable[[Task], Result] | None = None,
    ) -> Iterator[Result]:
        """Call `function(task, **shared)` for each task; give results in order of completion.

        A task is drawn from `tasks` only when it can start, so a generator may decide as late as
        possible whether there is time for one more. When the budget is spent no task is begun,
        and those that other processes still run are ended without a result; those in threads of
        this process must end by themselves, and their results are given.

        Parameters
        ----------
        function
            Importable by name, for it may run elsewhere.
        tasks
            Small things; large arrays belong into `shared`, which is sent once.
        budget
            The time for all tasks together.
        shared
            Arrays that every task reads and none writes.
        lost
            Gives the result of a task whose process was killed; without it that is an error.

        """
        ...


def machine_cores() -> int:
    """The cores that this process may use.

    Examples
    --------
    >>> machine_cores() >= 1
    True

    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
