"""`read_excel`: the first sheet of Excel workbooks, with the extra `excel`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from relevo.data.names import check_names
from relevo.data.reason import reason
from relevo.data.stack import Frame, stack
from relevo.errors import DataMistake, MissingExtra
from relevo.words import say


def read_excel(paths: Sequence[Path]) -> Frame:
    """The rows below the header of the first sheet, of one or more workbooks.

    Raises
    ------
    DataMistake
        `data.not_valid` for a file that is no workbook, `data.empty_file` for an empty sheet.
    MissingExtra
        `fastexcel` is not installed.

    """
    try:
        import fastexcel  # noqa: F401
    except ImportError:
        raise MissingExtra("excel", say("data.excel")) from None
    return stack({path.name: _read(path) for path in paths})


def _read(path: Path) -> pl.DataFrame:
    frame = _sheet(path, header=True)
    if any(re.search(r"__UNNAMED__\d+$|_\d+$", name) for name in frame.columns):
        # the reader renames columns that are empty or named twice; the sheet says what it was
        header = _sheet(path, header=False).row(0)
        check_names(("" if name is None else str(name) for name in header), path.name)
    return frame


def _sheet(path: Path, header: bool) -> pl.DataFrame:
    from fastexcel import FastExcelError

    try:
        return pl.read_excel(path, has_header=header, infer_schema_length=None)
    except pl.exceptions.NoDataError:
        raise DataMistake("data.empty_file", path=path.name) from None
    except (FastExcelError, pl.exceptions.PolarsError) as error:
        raise DataMistake(
            "data.not_valid", path=path.name, format="Excel", reason=reason(error)
        ) from None
