"""`lock`: one holder at a time, released by the system when the holder dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, func, select

from relevo.errors import StoreMistake
from relevo.store.database import Database
from relevo.store.mistakes import explained
from relevo.words import say

# Files that this process locked. A forked worker gets copies of them, and would hold the locks
# for as long as it outlives a parent that was killed.
_held: set[int] = set()


@dataclass(frozen=True)
class Held:
    """A lock that somebody holds.

    Attributes
    ----------
    check
        Raises a StoreMistake when the server that kept the lock is gone, and the lock with it.

    """

    check: Callable[[], None]


def lock(database: Database, project: str, name: str) -> AbstractContextManager[Held]:
    """Hold `name` for a project; whoever comes second is told so at once.

    Raises
    ------
    StoreMistake
        On entering, when it is held already, by this process or another one.

    """
    if database.file is None:
        return _lock_session(database, project, name)
    suffix = f".{quote(project, safe='')}.{quote(name, safe='')}.lock"
    return _lock_file(database, database.file.with_name(database.file.name + suffix), name)


@contextmanager
def _lock_file(database: Database, path: Path, name: str) -> Iterator[Held]:
    with explained(database.url):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    _held.add(descriptor)
    try:
        with explained(database.url):
            _take(descriptor, name)
        yield Held(lambda: None)
    finally:
        _release(descriptor)


def _take(descriptor: int, name: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = say("store.process", pid=os.pread(descriptor, 20, 0).decode().strip())
        raise StoreMistake("store.locked", name=name, holder=holder) from None
    os.pwrite(descriptor, f"{os.getpid():<20}".encode(), 0)


def _release(descriptor: int) -> None:
    if descriptor in _held:  # not in a forked worker, which let go of it already
        _held.remove(descriptor)
        os.close(descriptor)


def _release_all() -> None:
    for descriptor in tuple(_held):
        _release(descriptor)


os.register_at_fork(after_in_child=_release_all)


@contextmanager
def _lock_session(database: Database, project: str, name: str) -> Iterator[Held]:
    digest = blake2b(f"{project}\0{name}".encode(), digest_size=8).digest()
    key = int.from_bytes(digest, signed=True)
    with explained(database.url):
        connection = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        with explained(database.url):
            taken = connection.scalar(select(func.pg_try_advisory_lock(key)))
        if not taken:
            raise StoreMistake("store.locked", name=name, holder=say("store.elsewhere"))
        try:
            yield Held(lambda: _check_session(database, connection))
        finally:
            if not connection.invalidated:  # else the server has ended the session, and the lock
                with explained(database.url):
                    connection.scalar(select(func.pg_advisory_unlock(key)))
    finally:
        connection.close()


def _check_session(database: Database, connection: Connection) -> None:
    with explained(database.url):
        connection.scalar(select(1))
