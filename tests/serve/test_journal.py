from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from relevo.errors import StoreMistake
from relevo.serve.journal import Journal
from relevo.serve.refusal import Refusal

BEHIND = StoreMistake("serve.journal_full", waiting=5)


def lines_in(folder: Path) -> list[bytes]:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir())).splitlines()


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The size of the file at each `fdatasync`."""
    sizes: list[int] = []
    fdatasync = os.fdatasync

    def note(handle: int) -> None:
        fdatasync(handle)
        sizes.append(os.fstat(handle).st_size)

    monkeypatch.setattr(os, "fdatasync", note)
    return sizes


def test_it_returns_when_the_lines_are_on_disk(tmp_path: Path, synced: list[int]) -> None:
    async def scenario() -> None:
        journal = Journal(tmp_path, "a")
        await journal.keep(b"1\n2\n", 2)
        assert lines_in(tmp_path) == [b"1", b"2"]
        assert synced == [4]
        assert journal.waiting == 0
        await journal.stop()

    asyncio.run(scenario())


@pytest.mark.parametrize("usual_seconds", [0.0, 1.0])
def test_requests_of_one_moment_share_a_commit(
    tmp_path: Path, synced: list[int], usual_seconds: float
) -> None:
    """On the spot with a quick disk, in a thread with a slow one."""

    async def scenario() -> None:
        journal = Journal(tmp_path, "a")
        journal._usual_seconds = usual_seconds
        await asyncio.gather(*[journal.keep(b"%d\n" % n, 1) for n in range(20)])
        assert lines_in(tmp_path) == [b"%d" % n for n in range(20)]
        assert len(synced) == 1
        await journal.stop()

    asyncio.run(scenario())


def test_batched_it_returns_at_once_and_stopping_writes_what_waits(
    tmp_path: Path, synced: list[int]
) -> None:
    async def scenario() -> None:
        journal = Journal(tmp_path, "a", "batched")
        for n in range(5):
            await journal.keep(b"%d\n" % n, 1)
        assert synced == []
        assert journal.waiting == 5
        await journal.stop()
        assert len(lines_in(tmp_path)) == 5

    asyncio.run(scenario())


def test_a_disk_that_is_full_halfway_keeps_nothing_of_the_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write

    def half(handle: int, data: Sequence[int]) -> int:
        monkeypatch.setattr(os, "write", no_room)
        return write(handle, bytes(data[: len(data) // 2]))

    def no_room(handle: int, data: Sequence[int]) -> int:
        monkeypatch.setattr(os, "write", write)
        raise OSError(28, "No space left on device")

    async def scenario() -> None:
        journal = Journal(tmp_path, "a")
        await journal.keep(b"before\n", 1)
        monkeypatch.setattr(os, "write", half)
        with pytest.raises(StoreMistake) as caught:
            await journal.keep(b"lost lost lost\n", 1)
        assert caught.value.key == "store.full"
        assert journal.trouble is not None
        assert journal.waiting == 0
        await journal.keep(b"after\n", 1)
        assert journal.trouble is None
        assert lines_in(tmp_path) == [b"before", b"after"]
        await journal.stop()

    asyncio.run(scenario())


def test_while_nothing_may_be_kept_a_request_is_refused(tmp_path: Path) -> None:
    async def scenario() -> None:
        journal = Journal(tmp_path, "a")
        journal.refusing = lambda: BEHIND
        with pytest.raises(Refusal) as caught:
            await journal.keep(b"1\n", 1)
        assert (caught.value.status, caught.value.mistake) == (503, BEHIND)
        journal.refusing = lambda: None
        await journal.keep(b"2\n", 1)
        assert lines_in(tmp_path) == [b"2"]
        await journal.stop()

    asyncio.run(scenario())


def test_a_large_file_is_followed_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("relevo.serve.journal._MOST_BYTES", 10)

    async def scenario() -> None:
        journal = Journal(tmp_path, "a")
        for n in range(4):
            await journal.keep(b"line %d\n" % n, 1)
        assert len(list(tmp_path.iterdir())) == 2
        assert lines_in(tmp_path) == [b"line %d" % n for n in range(4)]
        await journal.stop()

    asyncio.run(scenario())
