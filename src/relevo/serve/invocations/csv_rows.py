"""`csv_rows`: the rows of a body of CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any

from relevo.data.contract import ColumnType, Contract
from relevo.data.csv import NULLS
from relevo.serve.from_text import from_text
from relevo.serve.refusal import invalid
from relevo.serve.shown import shown

_MISSING = frozenset(NULLS)


def csv_rows(body: bytes, contract: Contract, most_rows: int) -> list[dict[str, Any]]:
    """The rows, each value read as the contract says of its column.

    Commas separate, the first line has the columns' names, and what is missing is written as
    `relevo.data` reads it in files. A first column without a name, where pandas writes its index,
    is left out.

    Raises
    ------
    Refusal
        422 when it is not CSV in UTF-8, or there are too many rows.

    """
    lines = _lines(body)
    names = [name.strip() for name in next(lines, (1, []))[1]]
    if len(set(names)) != len(names) or not any(names):
        raise invalid("invocations.csv_names", came=shown(", ".join(names)))
    kinds = [contract[name].type if name in contract else "text" for name in names]
    rows: list[dict[str, Any]] = []
    for number, cells in lines:
        if len(cells) != len(names):
            raise invalid("invocations.csv_width", line=number, came=len(cells), wanted=len(names))
        if len(rows) == most_rows:
            raise invalid("serve.wrong_count", name="csv", count=f"> {most_rows}", most=most_rows)
        rows.append(_row(names, cells, kinds))
    if not rows:
        raise invalid("serve.wrong_count", name="csv", count=0, most=most_rows)
    return rows


def _row(names: Sequence[str], cells: Sequence[str], kinds: Sequence[ColumnType]) -> dict[str, Any]:
    start = int(names[0] == "")
    read = zip(names[start:], cells[start:], kinds[start:], strict=True)
    return {name: _value(cell.strip(), kind) for name, cell, kind in read}


def _value(cell: str, kind: ColumnType) -> Any:
    return None if cell in _MISSING else from_text(cell, kind)


def _lines(body: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = body.decode("utf-8-sig")
        reader = csv.reader(StringIO(text, newline=""), strict=True)
        for cells in reader:
            if cells:
                yield reader.line_num, cells
    except (UnicodeDecodeError, csv.Error) as error:
        raise invalid("invocations.not_csv", detail=shown(error)) from error
