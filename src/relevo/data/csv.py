"""`read_csv`: CSV and TSV files, plain or compressed with gzip, with every line checked."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import chain
from pathlib import Path

import polars as pl

from relevo.data.encoding import check_start, check_utf8, open_bytes
from relevo.data.names import check_names
from relevo.data.stack import Frame, stack
from relevo.data.text import COMMA_KINDS, KINDS, typed
from relevo.errors import DataMistake

NULLS = ("", "NA", "NaN", "null", "NULL", "None", "N/A")
"""What counts as missing in a CSV file."""

LAZY_BYTES = 1 << 30
"""From this size on, a file is scanned instead of read into memory."""

_BLOCK = 1 << 22


@dataclass(frozen=True)
class _Layout:
    separator: str
    names: tuple[str, ...]


def read_csv(paths: Sequence[Path]) -> Frame:
    """The rows of one or more CSV files whose columns agree.

    The separator is read off the header: a comma, else the most frequent of `;`, tab and `|`. A
    column's type is decided on all rows of all files (see `relevo.data.text.typed`); with `;`, a
    decimal comma is understood. Blank lines are left out.

    Raises
    ------
    DataMistake
        The file is empty, not UTF-8, has a broken line, or a column without a name of its own.

    """
    layouts = {path: _layout(path) for path in paths}
    semicolon = any(layout.separator == ";" for layout in layouts.values())
    try:
        frame = stack({path.name: _read_text(path, layout) for path, layout in layouts.items()})
        return typed(_stripped(frame), COMMA_KINDS if semicolon else KINDS)
    except pl.exceptions.PolarsError:
        # a scan meets a broken line when its rows are looked at
        for path, layout in layouts.items():
            _check_lines(path, layout)
        raise


def _layout(path: Path) -> _Layout:
    check_start(path)
    with _open_text(path) as lines:
        try:
            line = next(line for line in lines if line.strip())
            separator = _separator(path, line)
            header = next(csv.reader(chain([line], lines), delimiter=separator))
        except UnicodeDecodeError:
            check_utf8(path)
            raise
    names = tuple(name.strip() for name in header)
    check_names(names, path.name)
    return _Layout(separator, names)


def _open_text(path: Path) -> TextIOWrapper:
    # the csv module wants line ends as they are
    return TextIOWrapper(open_bytes(path), encoding="utf-8-sig", newline="")


def _separator(path: Path, header: str) -> str:
    if path.name.lower().removesuffix(".gz").endswith(".tsv"):
        return "\t"
    others = max(";\t|", key=header.count)
    return others if "," not in header and others in header else ","


def _read_text(path: Path, layout: _Layout) -> Frame:
    large = path.stat().st_size >= LAZY_BYTES
    if large:
        check_utf8(path)
    read = pl.scan_csv if large else pl.read_csv
    schema = dict.fromkeys(layout.names, pl.String())
    try:
        frame = read(path, separator=layout.separator, schema=schema, null_values=list(NULLS))
        return _whole_lines(frame, path, layout)
    except pl.exceptions.PolarsError:
        return _read_slowly(path, layout)


def _read_slowly(path: Path, layout: _Layout) -> pl.DataFrame:
    """What Polars refuses: nearly always a broken line, else quotes within values (`5" pipe`)."""
    check_utf8(path)
    _check_lines(path, layout)
    with _open_text(path) as text:
        rows = [record for record in csv.reader(text, delimiter=layout.separator) if record][1:]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(layout.names, pl.String()), orient="row")
    return frame.with_columns(pl.when(~pl.all().is_in(NULLS)).then(pl.all()))


def _whole_lines(frame: Frame, path: Path, layout: _Layout) -> Frame:
    """The frame without blank lines, once no line is found to be too short.

    Polars refuses long lines and fills short ones with nulls. A short line therefore leaves a null
    in the last column and fewer separators than rows call for: two sums that cost next to nothing.
    """
    gaps = len(layout.names) - 1
    looked = frame.lazy().select(pl.len().alias("rows"), pl.last().null_count().alias("nulls"))
    rows, nulls = looked.collect(engine="streaming").row(0)
    if not gaps or not nulls or _separators(path, layout) == gaps * (rows + 1):
        return frame
    blank = []
    for row, (line, fields) in enumerate(_records(path, layout, strict=False)):
        if not fields:
            blank.append(row)
        elif fields != len(layout.names):
            _check_lines(path, layout)
            raise _broken(path, line, fields, layout)
    return frame.filter(~pl.int_range(pl.len()).is_in(blank)) if blank else frame


def _check_lines(path: Path, layout: _Layout) -> None:
    """Refuse the first line that a second, slower reading finds broken."""
    for line, fields in _records(path, layout, strict=True):
        if fields not in (0, len(layout.names)):
            raise _broken(path, line, fields, layout) from None


def _separators(path: Path, layout: _Layout) -> int:
    """How many separators stand outside quotes."""
    total = inside = 0
    separator = layout.separator.encode()
    with open_bytes(path) as file:
        while block := file.read(_BLOCK):
            pieces = block.split(b'"')
            total += sum(piece.count(separator) for piece in pieces[inside::2])
            inside ^= (len(pieces) - 1) & 1
    return total


def _records(path: Path, layout: _Layout, strict: bool) -> Iterator[tuple[int, int]]:
    """The line on which each record below the header starts, and its number of fields.

    No field is a blank line, -1 a quote that is not closed or closed too early.
    """
    with _open_text(path) as text:
        records = csv.reader(text, delimiter=layout.separator, strict=strict)
        next(record for record in records if record)
        while True:
            line = records.line_num + 1
            try:
                yield line, len(next(records))
            except StopIteration:
                return
            except csv.Error:
                yield line, -1
                return


def _broken(path: Path, line: int, fields: int, layout: _Layout) -> DataMistake:
    if fields < 0:
        return DataMistake("data.broken_quotes", path=path.name, line=line)
    return DataMistake(
        "data.broken_line", path=path.name, line=line, fields=fields, wanted=len(layout.names)
    )


def _stripped(frame: Frame) -> Frame:
    """Blanks around values go when the first rows of a column show some: `1, 2, 3`."""
    first = frame.lazy().head(1000).collect()
    padded = [
        name
        for name in first.columns
        if first.select(pl.col(name).str.contains(r"^\s|\s$").any()).item()
    ]
    text = pl.col(padded).str.strip_chars()
    return frame.with_columns(pl.when(~text.is_in(NULLS)).then(text)) if padded else frame
