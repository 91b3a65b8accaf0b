"""`Children`: the endpoint's processes, kept at work: workers, and a mirror per challenger."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any

from relevo.errors import StoreMistake
from relevo.serve.child import Child
from relevo.store import Store
from relevo.store.aliases import CHAMPION
from relevo.words import say

_LOOK_SECONDS = 0.2
# Until a child is killed. A worker drains within 30 seconds; nobody waits for a mirror's work.
_STOP_WORKER_SECONDS, _STOP_MIRROR_SECONDS = 40.0, 10.0
# Before a worker is replaced, the first time and at most: without one nobody is answered. Nobody
# waits for a mirror, and each new one costs the champion's machine a second.
_PAUSES_OF_WORKER = (0.1, 1.0)
_PAUSES_OF_MIRROR = (2.0, 60.0)
_STEADY_SECONDS = 60.0  # a child that lived so long has earned a fresh start

logger = logging.getLogger("relevo.serve")


class Children:
    """Starts the processes, and starts again those that died.

    Parameters
    ----------
    settings
        What each of them is told.
    handles
        Open files that the workers are given.
    workers
        How many.
    store
        Knows the challengers.

    """

    def __init__(
        self, settings: dict[str, Any], handles: tuple[int, ...], workers: int, store: Store
    ) -> None:
        self._settings, self._handles, self._store = settings, handles, store
        self._workers = [_Post(self._worker, *_PAUSES_OF_WORKER) for _ in range(workers)]
        self._mirrors: dict[tuple[int, float], _Post] = {}
        self._leaving: list[_Post] = []
        self._seen: int | None = None
        self._looked_at = 0.0

    def start(self) -> None:
        """Start the workers, and return when all of them answer.

        Raises
        ------
        UserMistake
            The reason that one of them gives why it cannot.

        """
        for post in self._workers:
            post.fill()
        for post in self._workers:
            post.wait_until_ready()

    def look_after(self) -> None:
        """Start what died, and what the store asks for; quick when it was called a moment ago."""
        now = monotonic()
        if now - self._looked_at < _LOOK_SECONDS:
            return
        self._looked_at = now
        self._follow_store()
        for post in (*self._workers, *self._mirrors.values()):
            post.look_after(now)
        self._leaving = [post for post in self._leaving if not post.has_left(now)]

    def stop(self) -> None:
        """End all of them: the workers when they have answered what came, then the mirrors."""
        mirrors = [*self._mirrors.values(), *self._leaving]
        for posts, seconds in (
            (self._workers, _STOP_WORKER_SECONDS),
            (mirrors, _STOP_MIRROR_SECONDS),
        ):
            for post in posts:
                post.dismiss()
            for post in posts:
                post.wait(seconds)

    def _follow_store(self) -> None:
        try:
            marker = self._store.changes_marker()
            if marker == self._seen:
                return
            champion = self._store.alias(CHAMPION)
            challengers = self._store.challengers()
        except StoreMistake:  # the scribe says so; those that run go on
            return
        self._seen = marker
        wanted = {
            (one.version, one.mirror)
            for one in challengers
            if one.mirror > 0.0 and one.version != champion
        }
        for key in self._mirrors.keys() - wanted:
            post = self._mirrors.pop(key)
            post.dismiss()
            self._leaving.append(post)
        for version, share in wanted - self._mirrors.keys():
            start = self._mirror(version, share)
            self._mirrors[version, share] = _Post(start, *_PAUSES_OF_MIRROR)

    def _worker(self) -> Child:
        return Child("relevo.serve.worker", self._settings, self._handles)

    def _mirror(self, version: int, share: float) -> Callable[[], Child]:
        settings = {**self._settings, "version": version, "share": share}
        return lambda: Child("relevo.serve.mirror", settings, polite=True)


class _Post:
    """A place that one child after another fills, each after a longer pause if it dies soon."""

    def __init__(
        self, start: Callable[[], Child], first_pause: float, longest_pause: float
    ) -> None:
        self._start = start
        self._first_pause, self._longest_pause = first_pause, longest_pause
        self._child: Child | None = None
        self._pause, self._not_before = first_pause, 0.0
        self._dismissed_at = 0.0

    def fill(self) -> None:
        self._child = self._start()

    def wait_until_ready(self) -> None:
        assert self._child is not None
        self._child.wait_until_ready()

    def look_after(self, now: float) -> None:
        if self._child is not None and not self._child.alive:
            self._mourn(self._child, now)
        if self._child is None and now >= self._not_before:
            self.fill()

    def dismiss(self) -> None:
        self._dismissed_at = monotonic()
        if self._child is not None:
            self._child.stop()

    def has_left(self, now: float) -> bool:
        """Whether a dismissed child has ended; one that takes too long is killed."""
        if self._child is None:
            return True
        overdue = now - self._dismissed_at > _STOP_MIRROR_SECONDS
        if self._child.alive and not overdue:
            return False
        self._child.wait(0.0)
        return True

    def wait(self, seconds: float) -> None:
        if self._child is not None:
            self._child.wait(seconds)

    def _mourn(self, child: Child, now: float) -> None:
        logger.error("%s", say("serve.child_died", pid=child.pid, why=child.last_words()))
        child.wait(0.0)
        self._child = None
        if now - child.started_at > _STEADY_SECONDS:
            self._pause = self._first_pause
        self._not_before = now + self._pause
        self._pause = min(2 * self._pause, self._longest_pause)
