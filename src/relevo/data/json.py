"""`read_json_lines` and `read_json`: one JSON object per line, or one array of objects."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl

from relevo.data.encoding import check_start, check_utf8
from relevo.data.names import check_names
from relevo.data.reason import reason
from relevo.data.stack import Frame, stack
from relevo.errors import DataMistake

LAZY_BYTES = 1 << 30
"""From this size on, a file of JSON lines is scanned instead of read into memory."""


def read_json_lines(paths: Sequence[Path]) -> Frame:
    """The rows of one or more files with a JSON object on each line.

    A key that a line lacks is missing there. Types are decided on all lines.

    Raises
    ------
    DataMistake
        `data.broken_json_line` names the line that is no JSON object; the file is empty or not
        UTF-8.

    """
    return stack({path.name: _read(path, _read_lines) for path in paths})


def read_json(paths: Sequence[Path]) -> Frame:
    """The rows of one or more files that each hold an array of JSON objects.

    Raises
    ------
    DataMistake
        `data.not_valid` for what is no JSON; the file is empty or not UTF-8.

    """
    return stack({path.name: _read(path, _read_array) for path in paths})


def _read(path: Path, read: Callable[[Path], Frame]) -> Frame:
    check_start(path)
    try:
        frame = read(path)
    except pl.exceptions.PolarsError as error:
        check_utf8(path)
        if read is _read_lines:
            _check_lines(path)
        raise DataMistake(
            "data.not_valid", path=path.name, format="JSON", reason=reason(error)
        ) from None
    check_names(frame.collect_schema(), path.name)
    return frame


def _read_lines(path: Path) -> Frame:
    if path.stat().st_size >= LAZY_BYTES:
        return pl.scan_ndjson(path, infer_schema_length=None)
    return pl.read_ndjson(path, infer_schema_length=None)


def _read_array(path: Path) -> pl.DataFrame:
    return pl.read_json(path, infer_schema_length=None)


def _check_lines(path: Path) -> None:
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip() and not _is_object(line):
                raise DataMistake("data.broken_json_line", path=path.name, line=number) from None


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
