from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from relevo.errors import StoreMistake
from relevo.serve.prediction_log import PredictionLog
from relevo.serve.refusal import Refusal
from relevo.store.records import PredictionRecord

NOW = datetime(2013, 4, 1, tzinfo=UTC)
FULL = StoreMistake("store.full", where="here", detail="full")


def record(name: str) -> PredictionRecord:
    return PredictionRecord(name, None, NOW, 1, {}, {}, "endpoint")


class Disk:
    """Where the log writes; it can be held, and it can refuse."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.refuses: Exception | None = None
        self.free = threading.Event()
        self.free.set()
        self.asked = threading.Event()

    def write(self, records: Sequence[PredictionRecord]) -> None:
        self.asked.set()
        self.free.wait()
        if self.refuses:
            raise self.refuses
        self.groups.append([record.prediction_id for record in records])


def test_it_returns_when_the_records_are_written() -> None:
    async def scenario(disk: Disk) -> None:
        log = PredictionLog(disk.write)
        log.start()
        await log.keep([record("a"), record("b")])
        assert disk.groups == [["a", "b"]]
        assert log.waiting == 0
        await log.stop()

    asyncio.run(scenario(Disk()))


def test_what_comes_while_it_writes_goes_into_one_commit() -> None:
    async def scenario(disk: Disk) -> None:
        log = PredictionLog(disk.write)
        log.start()
        disk.free.clear()
        first = asyncio.create_task(log.keep([record("first")]))
        await asyncio.to_thread(disk.asked.wait)
        others = [asyncio.create_task(log.keep([record(str(n))])) for n in range(20)]
        await asyncio.sleep(0)
        assert log.waiting == 21
        disk.free.set()
        await asyncio.gather(first, *others)
        assert disk.groups == [["first"], [str(n) for n in range(20)]]
        await log.stop()

    asyncio.run(scenario(Disk()))


@pytest.mark.parametrize("error", [FULL, RuntimeError("a fault")])
def test_a_refused_write_reaches_all_who_wait_and_ends_with_its_cause(error: Exception) -> None:
    async def scenario(disk: Disk) -> None:
        log = PredictionLog(disk.write)
        log.start()
        disk.refuses = error
        with pytest.raises(type(error)):
            await log.keep([record("lost")])
        assert log.trouble is (error if error is FULL else None)
        assert log.waiting == 0
        disk.refuses = None
        await log.keep([record("kept")])
        assert log.trouble is None
        assert disk.groups == [["kept"]]
        await log.stop()

    asyncio.run(scenario(Disk()))


def test_stopping_writes_what_waits() -> None:
    async def scenario(disk: Disk) -> None:
        log = PredictionLog(disk.write)
        log.start()
        waiting = [asyncio.create_task(log.keep([record(str(n))])) for n in range(5)]
        await asyncio.sleep(0)
        await log.stop()
        await asyncio.gather(*waiting)
        assert sorted(name for group in disk.groups for name in group) == ["0", "1", "2", "3", "4"]

    asyncio.run(scenario(Disk()))


def test_beyond_what_may_wait_a_request_is_refused() -> None:
    async def scenario(disk: Disk) -> None:
        log = PredictionLog(disk.write, most_waiting=2)
        log.start()
        disk.free.clear()
        large = asyncio.create_task(log.keep([record("a"), record("b"), record("c")]))
        await asyncio.sleep(0)
        with pytest.raises(Refusal) as caught:
            await log.keep([record("d")])
        assert caught.value.status == 503
        disk.free.set()
        await large
        await log.stop()

    asyncio.run(scenario(Disk()))
