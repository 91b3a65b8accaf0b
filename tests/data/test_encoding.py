from __future__ import annotations

import gzip
from pathlib import Path

from relevo.data.encoding import check_start, check_utf8, open_bytes


def test_utf8_passes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress("año\nñ\n".encode() * 300_000))
    check_start(path)
    check_utf8(path)
    with open_bytes(path) as file:
        assert file.read(4) == "año".encode()


def test_cut_character_at_the_end(tmp_path: Path, refused) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a\nx\xc3")
    refused("data.encoding", check_utf8, path, shown=(2, 3))


def test_many_blank_lines_are_empty(tmp_path: Path, refused) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\n" * 10_000)
    refused("data.empty_file", check_start, path, shown=("a.csv",))
