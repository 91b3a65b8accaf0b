from __future__ import annotations

import gzip
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from relevo.data import csv as csv_room
from relevo.data.csv import read_csv


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rows.csv"


def rows(path: Path) -> list[tuple[object, ...]]:
    return read_csv([path]).lazy().collect().rows()


def test_types_and_missing_values(file: Path) -> None:
    write(
        file,
        "day,at,n,x,late,who\n"
        "2013-01-01,2013-01-01 05:00,1,0.5,true,ana\n"
        "NA,2013-01-01 06:30,NaN,2,False,N/A\n"
        "null,None,NULL,,TRUE,\n",
    )
    assert rows(file) == [
        (date(2013, 1, 1), datetime(2013, 1, 1, 5), 1, 0.5, True, "ana"),
        (None, datetime(2013, 1, 1, 6, 30), None, 2.0, False, None),
        (None, None, None, None, True, None),
    ]


def test_type_is_decided_on_all_rows(file: Path) -> None:
    many = "1,,1\n" * 5000
    write(file, f"a,b,c\n{many}2.5,7,x\n")
    assert read_csv([file]).lazy().collect().dtypes == [pl.Float64, pl.Int64, pl.String]


@pytest.mark.parametrize("many", [1, 3000])
def test_leading_zeros_and_two_date_formats_stay_text(file: Path, many: int) -> None:
    write(file, "zip,day\n" + "28001,2013-01-01\n" * many + "08001,01/02/2013\n")
    assert rows(file)[-1] == ("08001", "01/02/2013")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separator_is_read_off_the_header(file: Path, separator: str) -> None:
    write(file, f"a{separator}b\n1{separator}x\n")
    assert rows(file) == [(1, "x")]


def test_tsv_with_commas_in_the_header(tmp_path: Path) -> None:
    assert rows(write(tmp_path / "a.tsv", "a,b\tc\n1\t2\n")) == [(1, 2)]


def test_decimal_comma_between_semicolons(file: Path) -> None:
    write(file, "a;b\n1,5;1\n2;2\n")
    assert rows(file) == [(1.5, 1), (2.0, 2)]


def test_byte_order_mark_windows_lines_quotes_and_padding(file: Path) -> None:
    write(file, b'\xef\xbb\xbf a, b\r\n 1,"x, ""y""\r\nz"\r\n 2, NA\r\n')
    assert read_csv([file]).lazy().collect().to_dict(as_series=False) == {
        "a": [1, 2],
        "b": ['x, "y"\r\nz', None],
    }


def test_compressed(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,\n2,3\n"))
    assert rows(path) == [(1, None), (2, 3)]


def test_blank_lines_are_no_rows(file: Path) -> None:
    write(file, 'a,b\n1,2\n\n"x\ny",\n,\n\n')
    assert rows(file) == [("1", 2), ("x\ny", None), (None, None)]


def test_quotes_inside_values_do_not_disturb(file: Path) -> None:
    write(file, 'a,b\n5" pipe,1\n"6, or 7",\n')
    assert rows(file) == [('5" pipe', 1), ("6, or 7", None)]


def test_types_over_several_files(tmp_path: Path) -> None:
    first = write(tmp_path / "1.csv", "a,b\n1,\n")
    second = write(tmp_path / "2.csv", "b,a\n2,2.5\n")
    assert read_csv([first, second]).lazy().collect().rows() == [(1.0, None), (2.5, 2)]


def test_large_files_are_scanned(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(file, "a,day,zip\n1,2013-01-01,01\n\n2.5,2013-01-02,\n")
    eager = read_csv([file])
    monkeypatch.setattr(csv_room, "LAZY_BYTES", 1)
    lazy = read_csv([file])
    assert isinstance(lazy, pl.LazyFrame)
    assert lazy.collect().equals(eager.lazy().collect())


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize(
    ("content", "key", "shown"),
    [
        ("a,b\n1,2\n1,2,3\n", "data.broken_line", ("rows.csv", 3, 2)),
        ("a,b\n1,2\n1\n3,4\n", "data.broken_line", ("rows.csv", 3, 1)),
        ('a,b\n"1\n2",2\n1\n', "data.broken_line", (4,)),
        ("a,b\n1,2\n\n1\n", "data.broken_line", (4,)),
        ('a,b\n1,2\n"1,2\n3,4\n', "data.broken_quotes", (3,)),
        ("a,b\ncafé,1\n".encode("latin-1"), "data.encoding", (2, 7, "ISO-8859-1")),
        ("año,b\n1,1\n".encode("latin-1"), "data.encoding", (1, "ISO-8859-1")),
        ("a,b\n“x”,1\n".encode("cp1252"), "data.encoding", (2, 4, "WINDOWS-1252")),
        ("a,b\n1,2\n".encode("utf-16"), "data.encoding", ("UTF-16",)),
        ("a,b\n1,2\n".encode("utf-16-le"), "data.encoding", ("UTF-16",)),
        ("", "data.empty_file", ("rows.csv",)),
        (" \n\n", "data.empty_file", ("rows.csv",)),
        ("a,b, a\n1,2,3\n", "data.duplicate_name", ("a",)),
        ("a,,b\n1,2,3\n", "data.empty_name", (2,)),
    ],
)
def test_mistakes(
    file: Path, refused, monkeypatch, content: str | bytes, key: str, shown: tuple, large: bool
) -> None:
    if large:
        monkeypatch.setattr(csv_room, "LAZY_BYTES", 0)
    write(file, content)
    refused(key, read_csv, [file], shown=shown)


def test_bad_byte_far_into_the_file(file: Path, refused) -> None:
    write(file, b"a\n" + b"x\n" * 1_000_000 + b"\xff\n")
    refused("data.encoding", read_csv, [file], shown=(1_000_002, 2_000_002))


def test_character_across_blocks(file: Path, refused) -> None:
    write(file, b"a\n" + b"x" * ((1 << 20) - 3) + "é\n".encode() + b"\xe9\n")
    refused("data.encoding", read_csv, [file], shown=(3, (1 << 20) + 2))


def test_files_that_disagree(tmp_path: Path, refused) -> None:
    first = write(tmp_path / "1.csv", "a,price\n1,2\n")
    second = write(tmp_path / "2.csv", "a,prices\n1,2\n")
    mistake = refused("data.columns_differ", read_csv, [first, second], shown=("2.csv", "price"))
    assert "prices" in mistake.parts("en")["todo"]
