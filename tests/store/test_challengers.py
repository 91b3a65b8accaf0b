from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from relevo.errors import ModelMistake
from relevo.store.records import (
    ChallengerRecord,
    DecisionRecord,
    MirroredPair,
    MirroredRecord,
    PredictionRecord,
    VersionRecord,
)
from relevo.store.store import Store

NOW = datetime(2013, 4, 1, tzinfo=UTC)
DECISION = DecisionRecord("challenge", "to see", None, None, {}, NOW)


def add_version(store: Store) -> int:
    number = store.reserve_version(NOW)
    nothing = (NOW, "scratch", None, "", "central", "", 0.0, 0.0, 0.0, 0, 0.0, {})
    store.add_version(VersionRecord(number, f"v{number}", *nothing))  # type: ignore[arg-type]
    return number


def test_a_challenger_has_shares_that_change(store: Store) -> None:
    before = store.changes_marker()
    challenger = ChallengerRecord(add_version(store), mirror=1.0, canary=0.0, since=NOW)
    store.put_challenger(challenger, DECISION)
    assert store.changes_marker() > before
    changed = replace(challenger, mirror=0.5, canary=0.1)
    store.put_challenger(changed, DECISION)
    assert store.challengers() == [changed]
    assert store.remove_challenger(challenger.version, DECISION)
    assert not store.remove_challenger(challenger.version, DECISION)
    assert store.challengers() == []
    assert len(store.decisions()) == 3


def test_a_version_that_becomes_the_champion_is_no_challenger(store: Store) -> None:
    first, second = add_version(store), add_version(store)
    for version in (first, second):
        store.put_challenger(ChallengerRecord(version, 1.0, 0.0, NOW), DECISION)
    before = store.changes_marker()
    store.move_alias("other", first, DECISION)
    assert len(store.challengers()) == 2
    store.move_alias("champion", first, DECISION)
    assert [one.version for one in store.challengers()] == [second]
    assert store.changes_marker() == before + 2


def test_a_challenger_is_a_version(store: Store) -> None:
    with pytest.raises(ModelMistake):
        store.put_challenger(ChallengerRecord(7, 1.0, 0.0, NOW), DECISION)
    assert store.challengers() == []
    assert store.decisions() == []


def test_what_challengers_said_comes_back_once_oldest_first(store: Store) -> None:
    first = MirroredRecord("p1", 2, NOW, {"value": 1.5}, 80)
    failed = MirroredRecord("p1", 3, NOW + timedelta(days=1), None, 90, "no memory")
    store.log_mirrored([failed, first])
    store.log_mirrored([replace(first, latency_us=1)])
    assert store.mirrored() == [first, failed]
    assert store.mirrored(version=2) == [first]
    assert store.mirrored(since=NOW + timedelta(hours=1)) == [failed]
    store.forget_predictions(NOW + timedelta(hours=1))
    assert store.mirrored() == [failed]


def test_answers_come_in_pairs_the_newest_first(store: Store) -> None:
    given = PredictionRecord("p1", None, NOW, 1, {}, {"value": 1.0}, "endpoint", 50)
    store.log_predictions([given, replace(given, prediction_id="p2")])
    said = MirroredRecord("p1", 2, NOW, {"value": 1.5}, 80)
    later = replace(said, prediction_id="p2", at=NOW + timedelta(days=1), prediction=None)
    store.log_mirrored([said, later, replace(said, prediction_id="unknown")])
    pairs = store.mirrored_pairs(2, NOW, limit=5)
    assert pairs == [
        MirroredPair({"value": 1.0}, 50, None, 80),
        MirroredPair({"value": 1.0}, 50, {"value": 1.5}, 80),
    ]
    assert store.mirrored_pairs(2, NOW, limit=1) == pairs[:1]
    assert store.mirrored_pairs(2, NOW + timedelta(hours=1), limit=5) == pairs[:1]
    assert store.mirrored_pairs(3, NOW, limit=5) == []
