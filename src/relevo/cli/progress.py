"""Progress on standard error: a bar against the budget or the rows; none without a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from relevo.compute.memory import available_mb
from relevo.words import say


@contextmanager
def budget_bar(seconds: float) -> Iterator[Callable[[Any], None]]:
    """A bar that fills with the budget and names the best trial so far."""
    if not sys.stderr.isatty():
        yield lambda trial: None
        return
    with _bar() as bar:
        task = bar.add_task(say("cli.training"), total=seconds)
        seen: list[Any] = []
        done = Event()

        def advance() -> None:
            while not done.wait(0.2):
                bar.update(task, completed=bar.tasks[0].elapsed or 0.0)

        def told(trial: Any) -> None:
            seen.append(trial)
            best = min(seen, key=lambda one: one.loss)
            low, high = best.interval
            left = max(0.0, seconds - (bar.tasks[0].elapsed or 0.0))
            text = say(
                "cli.trials",
                count=len(seen),
                best=f"{best.loss:.4g}",
                low=f"{low:.4g}",
                high=f"{high:.4g}",
                left=f"{left:.0f}",
                memory=f"{available_mb():,.0f}",
            )
            bar.update(task, description=text)

        clock = Thread(target=advance, daemon=True)
        clock.start()
        try:
            yield told
        finally:
            done.set()
            clock.join()


@contextmanager
def row_bar() -> Iterator[Callable[[int, int], None]]:
    """A bar over rows."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    with _bar() as bar:
        task = bar.add_task(say("cli.scoring"))
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def share_bar(what: str) -> Iterator[Callable[[float, float], None]]:
    """A bar over work done and all work, with a name."""
    if not sys.stderr.isatty():
        yield lambda done, whole: None
        return
    with _bar() as bar:
        task = bar.add_task(what)
        yield lambda done, whole: bar.update(task, completed=done, total=whole)


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
