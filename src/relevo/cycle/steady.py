"""`steady`: a clock that never tells a time before what the store has written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from relevo.cycle.project import Project

_LEAST = timedelta(microseconds=1)


@contextmanager
def steady(project: Project) -> Iterator[None]:
    """Inside, the project's clock only goes forward, from the newest moment in its store on.

    A machine's clock may be put back. What arrives then must still count as later than the
    champion, and what ended must stay ended: time creeps on until the clock has caught up.
    """
    given = project.now
    project.now = _only_forward(given, project.store.newest())
    try:
        yield
    finally:
        project.now = given


def _only_forward(clock: Callable[[], datetime], newest: datetime | None) -> Callable[[], datetime]:
    last = newest

    def now() -> datetime:
        nonlocal last
        told = clock()
        last = told if last is None or told > last else last + _LEAST
        return last

    return now
