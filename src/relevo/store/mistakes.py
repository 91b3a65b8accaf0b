"""`explained`: what a database refuses, as a mistake in three parts. Nowhere else."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, IntegrityError, TimeoutError

from relevo.errors import StoreMistake

# SQLite's primary result codes, https://www.sqlite.org/rescode.html
_SQLITE = {
    3: "read_only",  # PERM
    5: "busy",
    6: "busy",  # LOCKED
    8: "read_only",
    11: "damaged",  # CORRUPT
    13: "full",
    14: "unreachable",  # CANTOPEN
    26: "damaged",  # NOTADB
}
# PostgreSQL's codes or their classes, appendix A of its manual
_POSTGRESQL = {
    "08": "unreachable",
    "25006": "read_only",
    "28": "unreachable",
    "3D": "unreachable",
    "40": "busy",
    "42501": "read_only",
    "53": "full",
    "53300": "unreachable",  # too many connections
    "55P03": "busy",
    "57P": "unreachable",
}
_LEAST_ROOM_BYTES = 64 * 1024
_SYSTEM = {
    errno.EACCES: "read_only",
    errno.EPERM: "read_only",
    errno.EROFS: "read_only",
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
}


@contextmanager
def explained(url: URL) -> Iterator[None]:
    """Turn what the database at `url` refuses into a `StoreMistake`.

    A broken constraint passes as it is: that is never a user's mistake.
    """
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, sqlite3.Error, TimeoutError, OSError) as error:
        raise _mistake(error, url) from error


def shown(url: URL) -> str:
    """The address without what must stay secret: neither password nor options."""
    return url.database or "" if _is_file(url) else url.set(query={}).render_as_string()


def _is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _mistake(error: Exception, url: URL) -> StoreMistake:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    detail = " ".join(str(cause).split())
    for secret in filter(None, (url.password, url.query.get("password"))):
        detail = detail.replace(str(secret), "***")
    kind = "full" if _is_file(url) and _no_room(url) else _kind(cause)
    return StoreMistake(f"store.{kind}", where=shown(url), detail=detail)


def _no_room(url: URL) -> bool:
    # With no room at all SQLite cannot even make its side files, and calls that an I/O error.
    try:
        return shutil.disk_usage(Path(url.database or "").parent).free < _LEAST_ROOM_BYTES
    except OSError:
        return False


def _kind(cause: BaseException) -> str:
    if isinstance(cause, OSError):
        return _SYSTEM.get(cause.errno or 0, "unreachable")
    if isinstance(cause, TimeoutError):
        return "busy"
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return _SQLITE.get(code & 0xFF, "failed")
    state = getattr(cause, "sqlstate", None)
    if state is None:  # PostgreSQL gives no code where there is no connection
        return "unreachable" if type(cause).__name__ == "OperationalError" else "failed"
    return next((_POSTGRESQL[state[:n]] for n in (5, 3, 2) if state[:n] in _POSTGRESQL), "failed")
