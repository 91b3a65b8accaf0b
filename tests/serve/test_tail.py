from __future__ import annotations

from pathlib import Path

import msgspec

from relevo.serve.entries import Entry
from relevo.serve.tail import Tail

EMPTY = msgspec.Raw(b"{}")


def lines(*names: str) -> bytes:
    entries = [Entry(name, None, 0, 1, EMPTY, EMPTY, 0, []) for name in names]
    return b"".join(msgspec.json.encode(entry) + b"\n" for entry in entries)


def names(tail: Tail) -> list[str]:
    return [entry.prediction_id for entry in tail.read()]


def append(file: Path, more: bytes) -> None:
    with file.open("ab") as opened:
        opened.write(more)


def test_it_reads_what_is_appended_from_now_on(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    append(file, lines("before"))
    tail = Tail(tmp_path)
    assert names(tail) == []
    append(file, lines("p1", "p2") + lines("p3")[:5])
    assert names(tail) == ["p1", "p2"]
    append(file, lines("p3")[5:])
    append(tmp_path / "b.jsonl", lines("p4"))
    assert names(tail) == ["p3", "p4"]
    tail.close()


def test_a_file_that_was_removed_is_read_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    tail = Tail(tmp_path)
    append(file, lines("p1"))
    assert names(tail) == ["p1"]
    append(file, lines("p2"))
    file.unlink()
    assert names(tail) == ["p2"]
    assert names(tail) == []
    assert tail._open == {}


def test_who_falls_behind_jumps_and_counts_what_was_passed_over(tmp_path: Path) -> None:
    tail = Tail(tmp_path, most_bytes=600_000)
    many = [f"p{n}" for n in range(40_000)]
    append(tmp_path / "a.jsonl", lines(*many))
    found = []
    while read := names(tail):
        found += read
    assert found == many[-len(found) :]
    assert len(found) + tail.passed_over == len(many)
    assert tail.passed_over > 0
    tail.close()
