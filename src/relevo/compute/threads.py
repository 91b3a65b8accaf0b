"""`Threads`: tasks one after the other in this process, each with all cores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.compute.runner import NOTHING_SHARED, Result, Task, machine_cores


class Threads:
    """Run tasks one after the other, each allowed all cores.

    Parameters
    ----------
    cores
        The threads of a task; default: the cores of the machine.

    Examples
    --------
    >>> list(Threads().map(abs, [-1, 2], Budget(60)))
    [1, 2]

    """

    def __init__(self, cores: int | None = None) -> None:
        self.cores = 1
        self.threads_per_task = cores or machine_cores()

    def map(
        self,
        function: Callable[..., Result],
        tasks: Iterable[Task],
        budget: Budget,
        shared: Mapping[str, NDArray[Any]] = NOTHING_SHARED,
    ) -> Iterator[Result]:
        """Call `function(task, **shared)` for each task, until the budget is spent."""
        waiting = iter(tasks)
        while not budget.spent:
            try:
                task = next(waiting)
            except StopIteration:
                return
            yield function(task, **shared)
