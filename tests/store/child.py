"""What the tests let other processes do, to kill them: `child.py VERB WHERE PROJECT`.

Each prints a line when a thing is done, and no sooner.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from itertools import count

from relevo.store.ids import new_id
from relevo.store.records import DecisionRecord, PredictionRecord
from relevo.store.store import Store

NOW = datetime(2013, 4, 1, tzinfo=UTC)


def say(*words: object) -> None:
    print(*words, flush=True)


def log(store: Store) -> None:
    while True:
        ids = [new_id(NOW) for _ in range(20)]
        row = {"carrier": "AA", "distance": 1400.5}
        store.log_predictions(
            [PredictionRecord(i, None, NOW, 1, row, {"label": "late"}, "endpoint") for i in ids]
        )
        say(*ids)


def move(store: Store) -> None:
    for turn in count():
        decision = DecisionRecord("promote", f"turn {turn}", None, None, {}, NOW)
        store.move_alias("champion", 1 + turn % 2, decision)
        say(turn)


def hold(store: Store) -> None:
    with store.lock("renew"):
        say(os.getpid())
        sys.stdin.read()


def hold_with_worker(store: Store) -> None:
    with store.lock("renew"):
        if os.fork() == 0:  # a worker that outlives its parent
            say("the worker is there")
        sys.stdin.read()


def reserve(store: Store) -> None:
    for _ in range(10):
        say(store.reserve_version(NOW))


if __name__ == "__main__":
    verb, where, project = sys.argv[1:]
    with Store.open(where, project) as opened:
        globals()[verb](opened)
