"""`Arrivals`: what has come since the last look, where the problem file says that rows come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from glob import glob, has_magic
from hashlib import blake2b
from pathlib import Path
from typing import Any

import polars as pl

from relevo.cycle.known import known_rows
from relevo.cycle.project import Project
from relevo.data.fingerprint import fingerprint
from relevo.data.sources import READERS
from relevo.data.table import Table
from relevo.data.times import with_times
from relevo.errors import DataMistake, ProblemMistake, nearest
from relevo.problem.problem import Source

ARRIVED, ASIDE = "arrived", "aside"
_SETTLED_SECONDS = 10.0
_BLOCK_BYTES = 1 << 20

_Stamp = tuple[int, int]  # size in bytes, nanoseconds of the last change


@dataclass(frozen=True)
class Arrival:
    """Rows that were not seen before.

    Attributes
    ----------
    name
        Where they come from, as a person would say it.
    mark
        The hash of their content.
    source
        The file, or the rows.

    """

    name: str
    mark: str
    source: Path | pl.DataFrame


class Arrivals:
    """Looks for files and rows of a query that were not there before.

    What was taken in or put aside is known by its content, whatever it is called and however often
    it is copied. A file that is still being written is left for the next look: it counts as whole
    when it is as the last look found it, or has not changed for ten seconds.

    Parameters
    ----------
    project
        Whose `renew.arrivals` names a file, folder or glob, or a query.

    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._source = project.problem.renew.arrivals
        self._stamps: dict[Path, _Stamp] = {}
        self._marks: dict[Path, tuple[_Stamp, str]] = {}

    def look(self) -> list[Arrival]:
        """What has come, in the order of the files' names; nothing when nothing is named.

        Raises
        ------
        DataMistake
            When the folder does not exist, or the query cannot be run.
        ProblemMistake
            When nothing tells which rows of the query are new.

        """
        if self._source is None:
            return []
        known = {
            batch.fingerprint
            for kind in (ARRIVED, ASIDE)
            for batch in self._project.store.batches(kind)
        }
        found = self._rows() if self._source.url else self._files()
        new: dict[str, Arrival] = {}
        for arrival in found:
            if arrival.mark not in known:
                new.setdefault(arrival.mark, arrival)
        return list(new.values())

    def _files(self) -> Iterator[Arrival]:
        now = self._project.now().timestamp()
        for path in files_of(self._source, self._project.folder):
            try:
                mark = self._mark(path, now)
            except OSError:  # gone again, or not to be read yet
                continue
            if mark is not None:
                yield Arrival(path.name, mark, path)

    def _mark(self, path: Path, now: float) -> str | None:
        """The hash of a file's content; None while it may still be written."""
        stamp = _stamp(path)
        if path in self._marks and self._marks[path][0] == stamp:
            return self._marks[path][1]
        before, self._stamps[path] = self._stamps.get(path), stamp
        # A clock that was put back makes a file's time lie ahead: that is not "just now" either.
        if stamp != before and abs(now - stamp[1] / 1e9) < _SETTLED_SECONDS:
            return None
        mark = _hash(path)
        if _stamp(path) != stamp:
            return None
        self._marks[path] = (stamp, mark)
        return mark

    def _rows(self) -> Iterator[Arrival]:
        problem = self._project.problem
        name, time = problem.roles.id, problem.roles.time
        if not name and not time:
            raise ProblemMistake("follow.nothing_tells_new")
        try:
            rows = Table.of(self._source, problem.roles, folder=self._project.folder).data
        except DataMistake as mistake:
            if mistake.key == "data.no_query_rows":
                return
            raise
        if problem.target in rows.columns:
            rows = rows.filter(pl.col(problem.target).is_not_null())
        known = known_rows(self._project).frame
        if name and name in rows.columns:
            texts = known[name].cast(pl.String).implode()
            rows = rows.filter(~pl.col(name).cast(pl.String).is_in(texts).fill_null(False))
        elif time and time in rows.columns:
            newest: Any = known[time].cast(pl.Datetime("us")).max()
            rows = _after(rows, time, newest)
        if rows.height:
            yield Arrival("query", fingerprint(rows), rows)


def files_of(source: Source | None, folder: Path) -> list[Path]:
    """The readable files of a source by name; hidden and unfinished ones are none.

    Raises
    ------
    DataMistake
        When a folder is named that does not exist.

    """
    if source is None or source.path is None:
        return []
    place = folder / Path(source.path).expanduser()
    if place.is_dir():
        paths = list(place.iterdir())
    elif place.is_file():
        paths = [place]
    elif has_magic(source.path):  # a glob, of which nothing may be there yet
        paths = [Path(one) for one in glob(str(place), recursive=True)]  # noqa: PTH207
    else:
        siblings = [one.name for one in folder.iterdir()]
        hint = nearest(source.path, siblings)
        raise DataMistake("data.missing_file", path=source.path, folder=folder, hint=hint)
    return sorted(path for path in paths if path.is_file() and _is_readable(path.name))


def _is_readable(name: str) -> bool:
    return name[0] not in "._~" and name.lower().endswith(tuple(READERS))


def _stamp(path: Path) -> _Stamp:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _hash(path: Path) -> str:
    digest = blake2b(digest_size=16)
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def _after(rows: pl.DataFrame, time: str, newest: datetime | None) -> pl.DataFrame:
    timed = with_times(rows, time)
    if newest is None:
        return timed
    return timed.filter(pl.col(time).cast(pl.Datetime("us")) > newest)
