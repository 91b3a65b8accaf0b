"""A mirror: the process in which a challenger answers what the champion has answered.

It reads the journals, so that the champion never waits for it, whatever it does; it has its own
memory, limited, and a lower priority.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from time import monotonic, perf_counter
from typing import Any, NamedTuple

import msgspec

from relevo.errors import StoreMistake, UserMistake
from relevo.model.model import Vector
from relevo.model.version_folder import version_folder
from relevo.problem.problem import Problem
from relevo.serve.backlog import JOURNAL
from relevo.serve.child import read_settings, say_mistake, say_ready
from relevo.serve.entries import Entry
from relevo.serve.logs import log_to_standard_error
from relevo.serve.metrics import Metrics
from relevo.serve.models import share_of, warmed
from relevo.serve.scorer import Scorer
from relevo.serve.snapshots import METRICS, Snapshots
from relevo.serve.tail import Tail
from relevo.store import Store
from relevo.store.records import MirroredRecord
from relevo.words import use_language

_PAUSE_SECONDS, _TROUBLE_SECONDS, _LAST_SECONDS = 1.0, 1.0, 10.0
_MB = 1_000_000

_decode = msgspec.json.Decoder().decode


class _Answer(NamedTuple):
    prediction: dict[str, Any] | None
    failure: str | None
    seconds: float


class Mirror:
    """A challenger and the answers that it gives to nobody.

    Parameters
    ----------
    scorer
        The challenger.
    share
        Of the other versions' answers, 0 to 1, by the name of the prediction.
    metrics
        Where its answers, its failures and its differences are counted.

    """

    def __init__(self, scorer: Scorer, share: float, metrics: Metrics) -> None:
        self._scorer = scorer
        self._share = share
        self._metrics = metrics
        self._passed_over = 0

    def answers(self, entries: Sequence[Entry]) -> list[MirroredRecord]:
        """What the challenger says of the rows that others have answered."""
        drawn = [entry for entry in entries if self._is_drawn(entry)]
        rows = [self._scorer.straight.row(entry.row) for entry in drawn]
        together = self._together({place: row for place, row in enumerate(rows) if row is not None})
        return [
            self._noted(entry, together.get(place) or self._alone(entry))
            for place, entry in enumerate(drawn)
        ]

    def note_passed_over(self, lines: int) -> None:
        """Count the rows that it was too slow for: `lines` by now."""
        if lines > self._passed_over:
            more = lines - self._passed_over
            self._metrics.add("mirrored_passed_over_total", more, version=self._scorer.version)
            self._passed_over = lines

    def _is_drawn(self, entry: Entry) -> bool:
        if entry.version == self._scorer.version:
            return False
        return self._share >= 1.0 or share_of(entry.prediction_id) < self._share

    def _together(self, rows: dict[int, Vector]) -> dict[int, _Answer]:
        """The answers to usual rows, all in one matrix; none when that fails."""
        if not rows:
            return {}
        started = perf_counter()
        try:
            predictions = self._scorer.model.answers(list(rows.values()))
        except Exception:  # which row it was is found out one by one
            return {}
        seconds = (perf_counter() - started) / len(rows)
        answers = [_Answer(prediction, None, seconds) for prediction in predictions]
        return dict(zip(rows, answers, strict=True))

    def _alone(self, entry: Entry) -> _Answer:
        started = perf_counter()
        try:
            prediction, failure = self._scorer.answer(_decode(entry.row)), None
        except Exception as error:  # a challenger's failure is what is to be found out
            prediction, failure = None, f"{type(error).__name__}: {error}"[:500]
        return _Answer(prediction, failure, perf_counter() - started)

    def _noted(self, entry: Entry, answer: _Answer) -> MirroredRecord:
        version = self._scorer.version
        self._metrics.time("mirrored_seconds", answer.seconds, version=version)
        if answer.prediction is None:
            self._metrics.add("mirrored_failures_total", version=version)
        elif answer.prediction.get("label") != _decode(entry.prediction).get("label"):
            self._metrics.add("mirrored_other_label_total", version=version)
        return MirroredRecord(
            entry.prediction_id,
            version,
            datetime.now(UTC),
            answer.prediction,
            int(answer.seconds * 1e6),
            answer.failure,
        )


def main() -> int:
    """Answer what the champion answers, until told to stop."""
    settings = read_settings()
    use_language(settings["lang"])
    log_to_standard_error()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    problem = Problem.model_validate(settings["problem"])
    _be_modest(problem.serve.challenger_memory_mb)
    try:
        with Store.open(settings["where"], problem.name) as store:
            version = settings["version"]
            folder = Path(settings["folder"])
            place = store.version(version).folder
            scorer = warmed(version_folder(folder, place, version), version)
            say_ready()
            metrics = Metrics()
            snapshots = Snapshots(folder / METRICS, f"mirror-{os.getpid()}", metrics)
            mirror = Mirror(scorer, settings["share"], metrics)
            _follow(mirror, Tail(folder / JOURNAL), store, snapshots, stop)
    except UserMistake as mistake:
        say_mistake(mistake)
        return mistake.exit_code
    return 0


def _be_modest(memory_mb: float) -> None:
    limit = int(memory_mb * _MB)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _follow(
    mirror: Mirror, tail: Tail, store: Store, snapshots: Snapshots, stop: threading.Event
) -> None:
    """Answer until told to stop, then what is left, for some seconds at most."""
    ends = inf
    while monotonic() < ends:
        entries = tail.read()
        mirror.note_passed_over(tail.passed_over)
        _keep(mirror.answers(entries), store, stop)
        snapshots.write()
        if stop.is_set():
            ends = min(ends, monotonic() + _LAST_SECONDS) if entries else 0.0
        else:
            stop.wait(_PAUSE_SECONDS)
    tail.close()


def _keep(answers: Sequence[MirroredRecord], store: Store, stop: threading.Event) -> None:
    while answers:
        try:
            store.log_mirrored(answers)
            return
        except StoreMistake:  # the scribe says so; the journal has the rows
            if stop.wait(_TROUBLE_SECONDS):
                return


if __name__ == "__main__":
    sys.exit(main())
