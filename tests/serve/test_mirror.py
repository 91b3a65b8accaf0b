from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from relevo.problem.problem import Problem
from relevo.serve.entries import Entry
from relevo.serve.metrics import Metrics
from relevo.serve.mirror import Mirror
from relevo.serve.models import warmed
from relevo.serve.running import running
from relevo.serve.scorer import Scorer
from relevo.store import Store
from relevo.store.records import ChallengerRecord, DecisionRecord

NOW = datetime(2013, 4, 1, tzinfo=UTC)
DECISION = DecisionRecord("challenge", "", None, None, {}, NOW)
Row = dict[str, Any]


def entry(name: str, row: Any, version: int = 1) -> Entry:
    content = msgspec.Raw(msgspec.json.encode(row))
    return Entry(name, None, 0, version, content, msgspec.Raw(b'{"label":"?"}'), 0, [])


@pytest.fixture(scope="module")
def scorer(late_models: Path) -> Scorer:
    return warmed(late_models / "v2", 2)


def test_it_answers_as_the_challenger_does(scorer: Scorer, row: Row) -> None:
    metrics = Metrics()
    [answer] = Mirror(scorer, 1.0, metrics).answers([entry("p1", row)])
    assert (answer.prediction_id, answer.version, answer.failure) == ("p1", 2, None)
    assert answer.prediction == scorer.model.predict_row(row)
    assert 'relevo_mirrored_other_label_total{version="2"} 1' in metrics.text({}, "en")


def test_what_it_cannot_answer_is_a_failure_with_its_reason(scorer: Scorer, row: Row) -> None:
    rows = [row | {"distance": "far"}, row | {"scheduled": "0001-01-01T00:00:00+14:00"}]
    answers = Mirror(scorer, 1.0, Metrics()).answers([entry("p", one) for one in rows])
    assert [answer.prediction for answer in answers] == [None, None]
    assert "distance" in str(answers[0].failure)
    assert "scheduled" in str(answers[1].failure)


def test_it_answers_a_share_and_never_its_own(scorer: Scorer, row: Row) -> None:
    entries = [entry(f"p{n}", row) for n in range(400)]
    some = Mirror(scorer, 0.25, Metrics()).answers(entries)
    assert 70 <= len(some) <= 130  # 100 expected, 8.7 the standard deviation
    assert Mirror(scorer, 1.0, Metrics()).answers([entry("p", row, version=2)]) == []


@pytest.fixture
def url(store: Store, problem: Problem, tmp_path: Path) -> Iterator[str]:
    """An endpoint of two workers, whose champion is mirrored to version 2."""
    store.put_challenger(ChallengerRecord(2, mirror=1.0, canary=0.0, since=NOW), DECISION)
    two = problem.serve.model_copy(update={"workers": 2})
    with running(problem.model_copy(update={"serve": two}), tmp_path, tmp_path) as url:
        yield url


def mirrors() -> list[int]:
    """The processes of mirrors that belong to this one."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True)
    parts = [line.split(None, 2) for line in listed.stdout.splitlines()[1:]]
    parents = {int(pid): int(parent) for pid, parent, _ in parts}
    own = [int(pid) for pid, _, command in parts if "relevo.serve.mirror" in command]
    return [pid for pid in own if parents.get(parents[pid]) == os.getpid()]


def test_every_answer_is_mirrored_whichever_worker_gave_it(
    url: str, store: Store, row: Row
) -> None:
    def ask() -> str:
        answered = httpx.post(f"{url}/predict", json={"rows": [row]}).json()
        assert answered["version"] == 1
        return str(answered["predictions"][0]["id"])

    def mirrored() -> set[str]:
        return {one.prediction_id for one in store.mirrored(version=2)}

    def ask_until_mirrored() -> None:
        ids = {ask()}
        while not ids & mirrored():  # the mirror begins when it is ready
            ids.add(ask())

    ask_until_mirrored()
    ids = {ask() for _ in range(20)}
    while not ids <= mirrored():
        pass
    [pid] = mirrors()
    os.kill(pid, signal.SIGKILL)
    while pid in mirrors():
        ask()
    ask_until_mirrored()  # another one has taken its place
    [pid] = mirrors()
    os.kill(pid, signal.SIGSTOP)  # it hangs: it is removed all the same, and delays nobody
    store.remove_challenger(2, DECISION)
    last = ask()
    while all(one.prediction_id != last for one in store.predictions(limit=10)):
        pass
    while mirrors():
        ask()
    figures = httpx.get(f"{url}/metrics").text
    assert 'relevo_mirrored_seconds_count{version="2"}' in figures
    served = next(line for line in figures.splitlines() if "predictions_total{" in line)
    assert int(served.split()[1]) >= 20
