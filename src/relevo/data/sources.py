"""`read`: rows from wherever they are: files, folders, databases, objects of other libraries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from glob import glob
from pathlib import Path
from typing import Any

import polars as pl

from relevo.data.csv import read_csv
from relevo.data.excel import read_excel
from relevo.data.json import read_json, read_json_lines
from relevo.data.objects import from_object
from relevo.data.parquet import read_parquet
from relevo.data.reason import reason
from relevo.data.sql import read_sql
from relevo.data.stack import Frame
from relevo.errors import DataMistake, nearest
from relevo.problem.problem import Source

READERS: Mapping[str, Callable[[Sequence[Path]], Frame]] = {
    ".csv": read_csv,
    ".csv.gz": read_csv,
    ".tsv": read_csv,
    ".tsv.gz": read_csv,
    ".parquet": read_parquet,
    ".pq": read_parquet,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".json": read_json,
    ".xlsx": read_excel,
    ".xls": read_excel,
    ".xlsb": read_excel,
    ".ods": read_excel,
}
"""Who reads a file, by how its name ends."""


def read(source: Any, folder: Path | None = None) -> Frame:
    """Rows as they are in the source, lazy where that saves memory.

    Parameters
    ----------
    source
        A `problem.Source`; a path to a file, a folder of files of one kind, or a glob; or an object
        that holds rows (Polars, pandas, Arrow, NumPy, a dict of columns, a list of dicts).
    folder
        Where relative paths start; the current one by default.

    Raises
    ------
    DataMistake
        What came is no table; the message says what it is, and what to do.

    Examples
    --------
    >>> read({"hour": [1, 2], "late": [True, None]}).shape
    (2, 2)

    """
    here = folder or Path.cwd()
    if isinstance(source, Source) and source.url:
        return read_sql(source.url, _query(source), here)
    place = source.path if isinstance(source, Source) else source
    if isinstance(place, str) and "://" in place:
        raise DataMistake("data.no_query", dialect=place.partition("://")[0])
    if isinstance(place, str | Path):
        return _read_files(Path(place).expanduser(), here)
    if isinstance(source, Source):
        raise DataMistake("data.no_source")
    return from_object(source)


def _query(source: Source) -> str:
    if source.query:
        return source.query
    raise DataMistake("data.no_query", dialect=str(source.url).partition("://")[0])


def _read_files(place: Path, folder: Path) -> Frame:
    try:
        paths = _files(folder / place, place)
        frame = READERS[_ending(paths[0])](paths)
        rows = frame.lazy().select(pl.len()).collect().item()
    except (OSError, EOFError, pl.exceptions.PolarsError) as error:
        raise DataMistake("data.unreadable", source=place, reason=reason(error)) from None
    if not rows:
        names = ", ".join(frame.collect_schema()) or "-"
        raise DataMistake("data.no_rows", path=place, columns=names)
    return frame


def _files(path: Path, shown: Path) -> list[Path]:
    if path.is_file():
        return [path] if _ending(path) else _refuse_ending(shown)
    if path.is_dir():
        return _of_one_kind(sorted(path.iterdir()), shown)
    if matches := sorted(glob(str(path), recursive=True)):  # noqa: PTH207 - it may be absolute
        return _of_one_kind([Path(match) for match in matches], shown)
    siblings = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
    hint = nearest(path.name, siblings)
    raise DataMistake("data.missing_file", path=shown, folder=path.parent.resolve(), hint=hint)


def _refuse_ending(path: Path) -> list[Path]:
    known = ", ".join(READERS)
    hint = nearest(path.suffix.lower(), READERS)
    raise DataMistake("data.unknown_ending", path=path.name, known=known, hint=hint)


def _of_one_kind(paths: Sequence[Path], shown: Path) -> list[Path]:
    # hidden files and Spark's _SUCCESS are no rows
    files = [path for path in paths if path.is_file() and path.name[0] not in "._"]
    readable = [path for path in files if _ending(path)]
    if not readable:
        raise DataMistake("data.nothing_to_read", path=shown, known=", ".join(READERS))
    kinds = Counter(_ending(path) for path in readable)
    if len({READERS[ending] for ending in kinds}) > 1:
        found = ", ".join(f"{count} {ending}" for ending, count in kinds.most_common())
        raise DataMistake("data.mixed_kinds", path=shown, found=found)
    return readable


def _ending(path: Path) -> str:
    """How the name ends, of those that have a reader; else nothing."""
    name = path.name.lower()
    return next((e for e in sorted(READERS, key=len, reverse=True) if name.endswith(e)), "")
