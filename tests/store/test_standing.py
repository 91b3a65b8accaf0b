from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from relevo.store.records import (
    ChallengerRecord,
    DecisionRecord,
    LabelRecord,
    StandingRecord,
    TurnRecord,
    VersionRecord,
)
from relevo.store.store import Store

NOW = datetime(2013, 4, 1, tzinfo=UTC)
DECISION = DecisionRecord("keep", "to see", None, None, {}, NOW)


def stands(version: int, champion: int = 1) -> StandingRecord:
    return StandingRecord(
        version, champion, "challenger", "t1", 0.01, NOW, None, "stands", NOW, {"how": "scratch"}
    )


def add_version(store: Store, note: bool = False) -> int:
    number = store.reserve_version(NOW)
    nothing = (NOW, "scratch", None, "", "central", "", 0.0, 0.0, 0.0, 0, 0.0, {})
    record = VersionRecord(number, f"v{number}", *nothing)  # type: ignore[arg-type]
    store.add_version(record, stands(number) if note else None)
    return number


def test_a_version_and_the_note_that_it_is_to_be_judged_come_together(store: Store) -> None:
    add_version(store)
    add_version(store, note=True)
    assert store.standing() == [stands(2)]
    assert store.challengers() == []  # not before the first look is it shown any traffic


def test_who_stands_sees_the_traffic_and_who_does_not_does_not(store: Store) -> None:
    add_version(store)
    second, third = (stands(add_version(store)) for _ in range(2))
    store.put_challenger(ChallengerRecord(3, 0.5, 0.1, NOW), DECISION)
    store.change_standing([second, third], DECISION)
    shares = {one.version: (one.mirror, one.canary) for one in store.challengers()}
    assert shares == {2: (1.0, 0.0), 3: (0.5, 0.1)}  # what somebody set by hand stays
    marker = store.changes_marker()
    ended = replace(second, status="given up", detail={"gain": -0.1})
    store.change_standing([ended])
    assert [one.version for one in store.challengers()] == [3]
    assert store.changes_marker() > marker  # an endpoint notices
    assert store.standing() == [ended, third]


def test_a_swap_and_who_stands_after_it_are_one_change(store: Store) -> None:
    for _ in range(3):
        add_version(store)
    store.move_alias("champion", 1, DECISION)
    store.change_standing([stands(2), stands(3)])
    former = replace(stands(1, champion=2), role="former")
    changed = [
        replace(stands(2), status="promoted"),
        replace(stands(3), status="replaced"),
        former,
    ]
    store.move_alias("champion", 2, DECISION, expect=1, stand=changed)
    assert store.alias("champion") == 2
    assert [one.version for one in store.challengers()] == [1]
    assert {one.version: one.status for one in store.standing()} == {
        1: "stands", 2: "promoted", 3: "replaced",
    }  # fmt: skip


def test_a_turn_is_unfinished_until_it_is_ended(store: Store) -> None:
    assert store.unfinished_turn() is None
    turn = TurnRecord("t1", NOW, "replicas", {"hows": ["scratch"]})
    store.begin_turn(turn)
    assert store.unfinished_turn() == turn
    store.note_turn("t1", "duel", {"hows": []})
    noted = replace(turn, step="duel", detail={"hows": []})
    assert store.unfinished_turn() == noted
    store.end_turn("t1", NOW + timedelta(hours=1))
    assert store.unfinished_turn() is None


def test_equal_decisions_are_counted_and_others_are_not(store: Store) -> None:
    nothing = replace(DECISION, detail={"because": ["too_few"]}, why="0 rows")
    for hour, why in enumerate(("0 rows", "1 row", "2 rows")):
        store.add_decision(replace(nothing, why=why, at=NOW + timedelta(hours=hour)))
    (kept,) = store.decisions()
    assert (kept.why, kept.at) == ("2 rows", NOW + timedelta(hours=2))
    assert kept.detail["times"] == 3
    assert datetime.fromisoformat(kept.detail["first"]) == NOW
    store.add_decision(replace(nothing, detail={"because": ["young"]}))
    store.add_decision(nothing)
    store.add_decision(replace(nothing, kind="promote"))
    store.add_decision(DECISION)
    store.add_decision(DECISION)  # without a reason nothing tells that they are equal
    assert len(store.decisions()) == 6


def test_the_newest_moment_and_the_marker_of_labels_change_with_what_comes(store: Store) -> None:
    assert store.newest() is None
    add_version(store)
    assert store.newest() == NOW
    store.add_decision(replace(DECISION, at=NOW + timedelta(days=1)))
    assert store.newest() == NOW + timedelta(days=1)
    assert store.labels_marker() == (0, None)
    store.add_labels([LabelRecord("a", 1, NOW)])
    assert store.labels_marker() == (1, NOW)
    store.add_labels([LabelRecord("a", 2, NOW + timedelta(days=2))])
    assert store.labels_marker() == (1, NOW + timedelta(days=2))
