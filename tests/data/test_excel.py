from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from relevo.data.excel import read_excel
from relevo.data.frames import normalise


def write(path: Path, rows: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                sheet.write(i, j, value)
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rows.xlsx"


def test_types(file: Path) -> None:
    day = date(2013, 1, 1)
    write(file, [["n", "x", "who", "late", "day", "rate_1"], [1, 0.5, "ñ", True, day, 2], [2]])
    frame = normalise(read_excel([file]).lazy().collect())
    assert frame.rows() == [(1, 0.5, "ñ", True, day, 2), (2, None, None, None, None, None)]


def test_two_files(tmp_path: Path) -> None:
    one = write(tmp_path / "1.xlsx", [["a", "b"], [1, "x"]])
    two = write(tmp_path / "2.xlsx", [["b", "a"], ["y", 2.5]])
    assert read_excel([one, two]).lazy().collect().rows() == [(1.0, "x"), (2.5, "y")]


@pytest.mark.parametrize(
    ("rows", "key", "shown"),
    [
        ([["a", "a"], [1, 2]], "data.duplicate_name", ("rows.xlsx", "a")),
        ([["a", None, "b"], [1, 2, 3]], "data.empty_name", (2,)),
        ([], "data.empty_file", ("rows.xlsx",)),
    ],
)
def test_mistakes(file: Path, refused, rows: list[list[object]], key: str, shown: tuple) -> None:
    write(file, rows)
    refused(key, read_excel, [file], shown=shown)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n"])
def test_no_workbook(file: Path, refused, content: bytes) -> None:
    file.write_bytes(content)
    refused("data.not_valid", read_excel, [file], shown=("rows.xlsx", "Excel"))


def test_missing_extra(file: Path, refused, monkeypatch: pytest.MonkeyPatch) -> None:
    write(file, [["a"], [1]])
    monkeypatch.setitem(sys.modules, "fastexcel", None)
    refused("words.missing_extra", read_excel, [file], shown=("relevo[excel]",))
