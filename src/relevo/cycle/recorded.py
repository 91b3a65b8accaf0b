"""Record a step of the wheel in the store: when it began, how it ended, what it cost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from relevo.compute.meter import Meter
from relevo.cycle.project import Project
from relevo.cycle.system import system_explained


@contextmanager
def recorded(project: Project, step: str, **detail: Any) -> Iterator[Meter]:
    """Run a step; the store keeps its time, its memory and whether it was done.

    A process that is killed leaves a run that stays `running`; nothing else depends on it.
    """
    with system_explained():
        store = project.store
    run = store.begin_run(step, project.now())
    status = "failed"
    with Meter() as meter:
        try:
            with system_explained():
                yield meter
            status = "done"
        except KeyboardInterrupt:
            status = "interrupted"
            raise
        finally:
            usage = meter.usage
            detail |= {"cpu_seconds": usage.cpu_seconds, "peak_memory_mb": usage.peak_memory_mb}
            store.end_run(run, status, usage.wall_seconds, detail)
