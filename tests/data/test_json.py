from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from relevo.data import json as json_room
from relevo.data.json import read_json, read_json_lines


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rows.json"


def test_lines(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = '{"a": 1}\n' * 2000
    file.write_text(many + '{"a": 2.5, "b": "ñ"}\n\n{"b": null}\n', encoding="utf-8")
    frame = read_json_lines([file]).lazy().collect()
    assert frame.tail(2).rows() == [(2.5, "ñ"), (None, None)]
    monkeypatch.setattr(json_room, "LAZY_BYTES", 0)
    lazy = read_json_lines([file])
    assert isinstance(lazy, pl.LazyFrame)
    assert lazy.collect().equals(frame)


def test_array(file: Path) -> None:
    file.write_text('[{"a": 1, "b": "x"}, {"a": 2.5}]')
    assert read_json([file]).lazy().collect().rows() == [(1.0, "x"), (2.5, None)]


@pytest.mark.parametrize(
    ("content", "key", "shown"),
    [
        ('{"a": 1}\n{"a": 2,\n{"a": 3}\n', "data.broken_json_line", ("rows.json", 2)),
        ('{"a": 1}\n\n[1]\n', "data.broken_json_line", (3,)),
        ('{"a": "café"}\n'.encode("latin-1"), "data.encoding", (1, 10)),
        ('{"a": 1}\n'.encode("utf-16"), "data.encoding", ("UTF-16",)),
        ("", "data.empty_file", ("rows.json",)),
        ('{"": 1}\n', "data.empty_name", (1,)),
        ('{"a": [1]}\n{"a": {"b": 1}}\n', "data.not_valid", ("JSON",)),
    ],
)
def test_broken_lines(file: Path, refused, content: str | bytes, key: str, shown: tuple) -> None:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    refused(key, read_json_lines, [file], shown=shown)


@pytest.mark.parametrize("content", ['[{"a": 1}', "[1, 2]", "a,b\n1,2\n"])
def test_no_array_of_objects(file: Path, refused, content: str) -> None:
    file.write_text(content)
    refused("data.not_valid", read_json, [file], shown=("rows.json", "JSON"))


def test_files_that_disagree(tmp_path: Path, refused) -> None:
    one, two = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    one.write_text('{"a": 1, "b": 2}\n')
    two.write_text('{"a": 1}\n')
    refused("data.columns_differ", read_json_lines, [one, two], shown=("2.jsonl", "b"))
