from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from relevo.data.parquet import read_parquet


def test_scan_of_files_in_two_types(tmp_path: Path) -> None:
    one, two = tmp_path / "1.parquet", tmp_path / "2[x].parquet"
    pl.DataFrame({"a": [1], "b": ["x"]}).write_parquet(one)
    pl.DataFrame({"b": ["y"], "a": [2.5]}).write_parquet(two)
    frame = read_parquet([one, two])
    assert isinstance(frame, pl.LazyFrame)
    assert frame.collect().rows() == [(1.0, "x"), (2.5, "y")]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PAR1" + b"\0" * 30 + b"PAR1"])
def test_not_parquet(tmp_path: Path, refused, content: bytes) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(content)
    refused("data.not_valid", read_parquet, [path], shown=("a.parquet", "Parquet"))


def test_empty_name(tmp_path: Path, refused) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame({"a": [1], "": [1]}).write_parquet(path)
    refused("data.empty_name", read_parquet, [path], shown=(2,))
