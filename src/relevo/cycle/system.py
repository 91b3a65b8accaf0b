"""`system_explained`: what the operating system refuses, as a mistake in three parts."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from relevo.errors import DataMistake, StoreMistake, UserMistake

_FULL = {errno.ENOSPC, errno.EDQUOT}
_NOT_REACHED = {
    errno.EACCES,
    errno.EISDIR,
    errno.ENAMETOOLONG,
    errno.ENOENT,
    errno.ENOTDIR,
    errno.EPERM,
    errno.EROFS,
}


@contextmanager
def system_explained() -> Iterator[None]:
    """Turn a full disk, or a path that cannot be reached or written, into a `UserMistake`."""
    try:
        yield
    except UserMistake:
        raise
    except Exception as error:
        mistake = _mistake(error)
        if mistake is None:
            raise
        raise mistake from error


def _mistake(error: Exception) -> UserMistake | None:
    code = _code(error)
    if code is None:
        return None
    if code in _FULL:
        return StoreMistake("cycle.disk_full", reason=os.strerror(code))
    if code in _NOT_REACHED and isinstance(error, OSError):
        path = error.filename or str(error)
        return DataMistake("cycle.not_reached", path=path, reason=os.strerror(code))
    return None


def _code(error: Exception) -> int | None:
    if isinstance(error, OSError) and error.errno:
        return error.errno
    # Polars and the copying of a folder tell the system's number in words only.
    told = re.search(r"\b(?:os error|Errno) (\d+)\b", str(error))
    return int(told[1]) if told else None
