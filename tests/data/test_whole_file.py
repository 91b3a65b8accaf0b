from __future__ import annotations

from pathlib import Path

import pytest

from relevo.data.whole_file import whole_file, write_whole


def test_a_file_that_was_not_finished_leaves_the_former_one(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_whole(path, "before: ñ")
    with pytest.raises(OSError, match="full"), whole_file(path) as unfinished:  # noqa: PT012
        unfinished.write_text("half")
        raise OSError("the disk is full")
    assert path.read_text(encoding="utf-8") == "before: ñ"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_replaced_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_whole(path, "before")
    with whole_file(path) as unfinished:
        unfinished.write_text("after")
        assert path.read_text() == "before"
    assert path.read_text() == "after"
