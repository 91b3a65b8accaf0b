from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from relevo.errors import StoreMistake
from relevo.serve.backlog import JOURNAL, Backlog
from relevo.serve.entries import Entry
from relevo.serve.journal import Journal
from relevo.serve.scribe import Scribe, scribing, settle
from relevo.store import Store

ENTRY = Entry(
    "p1",
    "f17",
    1_364_774_400_000_250,
    3,
    msgspec.Raw(b'{"distance":1000.0}'),
    msgspec.Raw(b'{"value":2.5}'),
    85,
    ["categories:carrier"],
)


def line(name: str) -> bytes:
    return msgspec.json.encode(msgspec.structs.replace(ENTRY, prediction_id=name)) + b"\n"


def write(folder: Path, *names: str, writer: str = "a") -> Journal:
    """A journal with these predictions, whose writer still lives."""
    journal = Journal(folder / JOURNAL, writer)

    async def keep() -> None:
        for name in names:
            await journal.keep(line(name), 1)

    asyncio.run(keep())
    return journal


def close(journal: Journal) -> None:
    asyncio.run(journal.stop())


def ids(store: Store) -> list[str]:
    return [record.prediction_id for record in store.predictions()]


def test_a_line_becomes_the_record_that_it_was(store: Store, tmp_path: Path) -> None:
    close(write(tmp_path, "p1"))
    settle(store, tmp_path)
    [record] = store.predictions()
    at = datetime(2013, 4, 1, 0, 0, 0, 250, tzinfo=UTC)
    assert (record.prediction_id, record.row_id, record.at) == ("p1", "f17", at)
    assert (record.row, record.prediction) == ({"distance": 1000.0}, {"value": 2.5})
    assert (record.version, record.source, record.latency_us) == (3, "endpoint", 85)
    assert record.flags == ["categories:carrier"]


def test_a_file_goes_when_it_is_delivered_and_its_writer_gone(store: Store, tmp_path: Path) -> None:
    journal = write(tmp_path, "p1", "p2")
    backlog = Backlog(tmp_path / JOURNAL)
    settle(store, tmp_path)
    assert ids(store) == ["p1", "p2"]
    assert len(backlog.files()) == 1
    assert backlog.waiting_bytes() == 0
    close(journal)
    Scribe(store, tmp_path).finish()
    assert backlog.files() == []


def test_what_was_delivered_without_a_note_is_not_doubled(store: Store, tmp_path: Path) -> None:
    journal = write(tmp_path, "p1", "p2")
    settle(store, tmp_path)
    (tmp_path / JOURNAL / "delivered.json").unlink()
    settle(store, tmp_path)
    assert ids(store) == ["p1", "p2"]
    close(journal)


def test_a_line_torn_by_a_kill_is_passed_over_and_told(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    close(write(tmp_path, "p1"))
    [file] = Backlog(tmp_path / JOURNAL).files()
    file.write_bytes(file.read_bytes() + line("p2")[:30] + b"\n" + line("p3") + line("p4")[:-9])
    settle(store, tmp_path)
    assert ids(store) == ["p1", "p3"]
    assert f"{file.name}, and are passed over: 1" in caplog.text


def test_while_the_store_refuses_everything_stays(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Any) -> None:
        raise StoreMistake("store.unreachable", where="there", detail="gone")

    close(write(tmp_path, "p1"))
    scribe = Scribe(store, tmp_path)
    monkeypatch.setattr(store, "deliver_predictions", refuse)
    scribe.finish()
    assert scribe.trouble is not None
    assert Backlog(tmp_path / JOURNAL).waiting_bytes() > 0
    monkeypatch.undo()
    scribe.finish()
    assert scribe.trouble is None
    assert ids(store) == ["p1"]


def test_only_one_delivers_and_the_other_waits_for_it(store: Store, tmp_path: Path) -> None:
    with scribing(store, tmp_path):
        journal = write(tmp_path, *(f"p{n}" for n in range(100)))
        settle(store, tmp_path)
        assert len(ids(store)) == 100
    close(journal)


def test_what_is_old_is_forgotten(store: Store, tmp_path: Path) -> None:
    close(write(tmp_path, "p1"))
    Scribe(store, tmp_path, keep_days=1.0).finish()
    assert ids(store) == []


WRITER = """
import asyncio, os, sys, pathlib
from relevo.serve.journal import Journal
async def main():
    journal = Journal(pathlib.Path(sys.argv[1]), "killed")
    await journal.keep(sys.stdin.buffer.read(), 1)
    os.kill(os.getpid(), 9)
asyncio.run(main())
"""


def test_what_a_killed_writer_has_kept_is_delivered(store: Store, tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path / JOURNAL)]
    done = subprocess.run(command, input=line("p1"), check=False)
    assert done.returncode == -9
    settle(store, tmp_path)
    assert ids(store) == ["p1"]
    assert Backlog(tmp_path / JOURNAL).files() == []
