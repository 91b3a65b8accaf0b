"""Challengers that sleep, are damaged, are killed again and again, or eat memory.

The champion's 99th percentile with each of them beside the one without any, and with a good one, in
turns; each turn at 200 requests per second. The first argument is the seconds of a turn (default
10), the second how many turns (default 3).
"""

from __future__ import annotations

import signal
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from statistics import median

from faults.endpoint import MIRROR, Endpoint
from faults.load import Answer, Load, acknowledged, p99_ms
from faults.record import record
from serving_model import NOW, noted, write_problem
from serving_process import signalled

from relevo.store.records import ChallengerRecord, DecisionRecord

RATE, TAKEN_UP_S, EVERY_S, WITHIN = 200, 3.0, 0.3, 1.2
LITTLE_MEMORY = "challenger_memory_mb = 30"
WHY = DecisionRecord("keep", "", None, None, {}, NOW)
Fault = Callable[[Endpoint], AbstractContextManager[int]]


def main(seconds: float, turns: int) -> None:
    found: dict[str, list[float]] = defaultdict(list)
    seen: dict[str, int] = defaultdict(int)
    mirrored: dict[str, int] = defaultdict(int)
    bad = lost = 0
    with tempfile.TemporaryDirectory() as folder, Endpoint(Path(folder)) as endpoint:
        damage(endpoint)
        for turn in range(turns):
            for name in list(FAULTS)[:: 1 if turn % 2 == 0 else -1]:
                before = endpoint.log.mirrored()
                with FAULTS[name](endpoint) as processes:
                    answers = asked(endpoint, seconds)
                found[name].append(p99_ms(answers))
                seen[name] = max(seen[name], processes)
                bad += sum(answer.status != 200 for answer in answers)
                lost += len(endpoint.log.missing(acknowledged(answers)))
                mirrored[name] += endpoint.log.mirrored() - before
                print(f"{turn + 1} {name:8} p99 {found[name][-1]:8.3f} ms", flush=True)
    p99 = {name: median(values) for name, values in found.items()}
    ratios = {name: value / p99["none"] for name, value in p99.items()}
    record(
        "challengers",
        bad == lost == 0 and mirrored["good"] > 0 and max(ratios.values()) <= WITHIN,
        seconds=seconds,
        turns=turns,
        p99_ms=p99,
        p99_to_none=ratios,
        p99_to_good={name: value / p99["good"] for name, value in p99.items()},
        challenger_processes=dict(seen),
        answered_by_challenger=dict(mirrored),
        not_answered_200=bad,
        lost=lost,
    )


def asked(endpoint: Endpoint, seconds: float) -> list[Answer]:
    with Load(endpoint.port, endpoint.asking, RATE) as load:
        time.sleep(seconds)
    return load.answers


def damage(endpoint: Endpoint) -> None:
    """A third version whose folder was changed after it was saved."""
    models = endpoint.project / ".relevo" / "models"
    (models / "v3").mkdir()
    for path in (models / "v2").rglob("*"):
        copy = models / "v3" / path.relative_to(models / "v2")
        if path.is_dir():
            copy.mkdir()
        else:
            copy.write_bytes(path.read_bytes() + b" ")
    with endpoint.store() as store:
        store.add_version(noted(store.reserve_version(NOW)))


@contextmanager
def none(endpoint: Endpoint) -> Iterator[int]:
    """The champion alone."""
    time.sleep(TAKEN_UP_S)
    yield len(endpoint.parts(MIRROR))


@contextmanager
def beside(endpoint: Endpoint, version: int) -> Iterator[int]:
    """A version beside the champion for a while; gives how many processes serve it."""
    with endpoint.store() as store:
        store.put_challenger(ChallengerRecord(version, 1.0, 0.0, NOW), WHY)
        try:
            time.sleep(TAKEN_UP_S)
            yield len(endpoint.parts(MIRROR))
        finally:
            store.remove_challenger(version, WHY)


def good(endpoint: Endpoint) -> AbstractContextManager[int]:
    return beside(endpoint, 2)


def damaged(endpoint: Endpoint) -> AbstractContextManager[int]:
    return beside(endpoint, 3)


@contextmanager
def sleeping(endpoint: Endpoint) -> Iterator[int]:
    with beside(endpoint, 2) as processes:
        stopped = [pid for pid in endpoint.parts(MIRROR) if signalled(pid, signal.SIGSTOP)]
        try:
            yield processes
        finally:
            for pid in stopped:
                signalled(pid, signal.SIGCONT)


@contextmanager
def killed(endpoint: Endpoint) -> Iterator[int]:
    """Killed as soon as it is there, again and again."""
    ended = threading.Event()

    def kill() -> None:
        while not ended.wait(EVERY_S):
            for pid in endpoint.parts(MIRROR):
                signalled(pid, signal.SIGKILL)

    with beside(endpoint, 2) as processes:
        killer = threading.Thread(target=kill)
        killer.start()
        try:
            yield processes
        finally:
            ended.set()
            killer.join()


@contextmanager
def starved(endpoint: Endpoint) -> Iterator[int]:
    """A challenger that needs more memory than it may have; the endpoint is started with that."""
    with restarted(endpoint, LITTLE_MEMORY), beside(endpoint, 2) as processes:
        yield processes


@contextmanager
def restarted(endpoint: Endpoint, serve: str) -> Iterator[None]:
    """Served under other settings for a while."""
    for settings in (serve, ""):
        endpoint.running.stop()
        write_problem(endpoint.project, serve=settings)
        endpoint.start()
        if settings:
            yield


FAULTS: dict[str, Fault] = {
    "none": none,
    "good": good,
    "sleeping": sleeping,
    "damaged": damaged,
    "killed": killed,
    "starved": starved,
}


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main(
        float(arguments[0]) if arguments else 10.0,
        int(arguments[1]) if len(arguments) > 1 else 3,
    )
