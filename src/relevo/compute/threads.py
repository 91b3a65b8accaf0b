"""`Threads`: tasks side by side in threads of this process, one core each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import Any

from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from relevo.compute.budget import Budget
from relevo.compute.runner import NOTHING_SHARED, Result, Task, machine_cores


class Threads:
    """Run tasks side by side in this process, each on one core.

    For tasks that spend their time in libraries that let other threads run meanwhile, as LightGBM
    and numpy do: nothing is copied or started. A task is not ended from outside: it must keep the
    budget itself.

    Parameters
    ----------
    cores
        How many tasks run at once; default: the cores of the machine.

    Examples
    --------
    >>> list(Threads(1).map(abs, [-1, 2], Budget(60)))
    [1, 2]

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
        """Call `function(task, **shared)` for each task, until the budget is spent.

        A task runs in this process: none is ever lost.
        """
        waiting = iter(tasks)
        with (
            threadpool_limits(self.threads_per_task, user_api="blas"),
            ThreadPoolExecutor(self.cores) as pool,
        ):
            running: set[Future[Result]] = set()
            while not budget.spent:
                drawn = islice(waiting, self.cores - len(running))
                running |= {pool.submit(function, task, **shared) for task in drawn}
                if not running:
                    return
                done = wait(running, return_when=FIRST_COMPLETED).done
                running -= done
                yield from (future.result() for future in done)
            yield from (future.result() for future in running)
