"""`runner`: a runner by its name."""

from __future__ import annotations

from relevo.compute.processes import Processes
from relevo.compute.runner import Runner
from relevo.compute.threads import Threads
from relevo.errors import OptionMistake, nearest

RUNNERS = ("threads", "processes", "spark")


def runner(name: str, cores: int | None = None) -> Runner:
    """The runner called `name`, on so many cores (default: all that this process may use).

    Raises
    ------
    OptionMistake
        When there is no such runner, or not yet.

    Examples
    --------
    >>> runner("threads", cores=2).threads_per_task
    2

    """
    if name == "threads":
        return Threads(cores)
    if name == "processes":
        return Processes(cores)
    if name == "spark":
        raise OptionMistake("compute.spark_later", runner=name)
    known = ", ".join(RUNNERS)
    raise OptionMistake(
        "compute.unknown_runner", runner=name, known=known, hint=nearest(name, RUNNERS)
    )
