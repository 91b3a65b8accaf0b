from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relevo.errors import ModelMistake, StoreMistake
from relevo.store.records import DecisionRecord, VersionRecord
from relevo.store.store import Store

NOW = datetime(2013, 4, 1, tzinfo=UTC)
WHY = DecisionRecord("promote", "better", 99, 98, {"gain": 0.01}, NOW)


def with_versions(where: str, project: str) -> Store:
    store = Store.open(where, project)
    for number in (1, 2, 3):
        figures = ("boosting", "central", "log_loss", 0.3, 0.2, 0.4, 100, 1.0)
        store.add_version(VersionRecord(number, f"v{number}", NOW, "scratch", None, *figures, {}))
    return store


@pytest.fixture
def three(where: str, project: str) -> Iterator[Store]:
    with with_versions(where, project) as store:
        yield store


def test_a_move_changes_the_alias_and_writes_the_decision(three: Store) -> None:
    assert three.alias("champion") is None
    assert three.move_alias("champion", 1, WHY, expect=None) is None
    assert three.move_alias("champion", 2, WHY, expect=1) == 1
    assert three.move_alias("challenger", 3, WHY) is None
    assert three.aliases() == {"champion": 2, "challenger": 3}
    moved = [(decision.champion, decision.previous) for decision in three.decisions()]
    assert moved == [(1, None), (2, 1), (99, 98)]
    assert three.decisions()[2] == WHY


def test_a_move_that_expects_something_else_changes_nothing(three: Store) -> None:
    three.move_alias("champion", 1, WHY)
    before = three.changes_marker()
    for expect in (None, 3):
        with pytest.raises(StoreMistake) as caught:
            three.move_alias("champion", 2, WHY, expect=expect)
        assert caught.value.key == "store.moved"
    assert (three.alias("champion"), len(three.decisions())) == (1, 1)
    assert three.changes_marker() == before


def test_an_alias_never_stands_for_a_version_that_does_not_exist(three: Store) -> None:
    with pytest.raises(ModelMistake, match="1, 2, 3"):
        three.move_alias("champion", 4, WHY)
    assert three.aliases() == {}
    assert three.decisions() == []


def test_the_marker_grows_with_every_move_of_the_project(three: Store, where: str) -> None:
    before = three.changes_marker()
    with with_versions(where, f"{three.project} other") as other:
        other.move_alias("champion", 1, WHY)
    assert three.changes_marker() == before
    three.move_alias("champion", 1, WHY)
    assert three.changes_marker() > before


def test_decisions_without_a_move_stand_in_the_history(three: Store) -> None:
    three.add_decision(WHY)
    three.move_alias("champion", 1, WHY)
    assert [decision.champion for decision in three.decisions()] == [99, 1]
    assert three.decisions()[0] == WHY


moves = st.lists(
    st.tuples(
        st.integers(0, 1),  # who
        st.sampled_from(["champion", "challenger"]),
        st.integers(1, 4),  # version 4 does not exist
        st.sampled_from(["anything", "right", "wrong"]),
    ),
    max_size=12,
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves)
def test_any_interleaving_of_moves_leaves_one_champion_and_its_history(
    where: str, steps: list[tuple[int, str, int, str]]
) -> None:
    project = f"moves {uuid4().hex}"
    champions: list[int] = []
    with with_versions(where, project) as one, Store.open(where, project) as other:
        for who, name, version, expectation in steps:
            now = (one, other)[1 - who].alias(name)
            expect = {"right": now, "wrong": 7}.get(expectation)
            extra = {} if expectation == "anything" else {"expect": expect}
            if version == 4 or expectation == "wrong":
                with pytest.raises((ModelMistake, StoreMistake)):
                    (one, other)[who].move_alias(name, version, WHY, **extra)
            else:
                assert (one, other)[who].move_alias(name, version, WHY, **extra) == now
                champions += [version] if name == "champion" else []
        history = [d for d in other.decisions() if d.champion != WHY.champion]
        assert [d.champion for d in history] == champions
        assert [d.previous for d in history] == [None, *champions][: len(champions)]
        assert one.alias("champion") == (champions[-1] if champions else None)


def test_of_threads_that_expect_the_same_champion_one_wins(three: Store) -> None:
    three.move_alias("champion", 1, WHY)

    def wins(version: int) -> bool:
        try:
            three.move_alias("champion", version, WHY, expect=1)
        except StoreMistake:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(wins, [2, 3] * 4)) == 1
    assert len(three.decisions()) == 2


def test_threads_that_expect_nothing_leave_a_chain(three: Store) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: three.move_alias("champion", n, WHY), [1, 2, 3] * 8))
    chain = three.decisions()
    assert [d.previous for d in chain] == [None, *(d.champion for d in chain[:-1])]
    assert three.alias("champion") == chain[-1].champion


def test_a_kill_among_moves_leaves_the_champion_of_the_last_decision(
    three: Store, where: str, child
) -> None:
    process = child("move", where, three.project)
    for _ in range(25):
        process.stdout.readline()
    process.kill()
    acknowledged = 25 + len(process.stdout.readlines())
    three.close()
    with Store.open(where, three.project) as again:
        history = again.decisions()
        assert len(history) - acknowledged in {0, 1}  # one may be written and not yet told
        assert again.alias("champion") == history[-1].champion
        assert again.changes_marker() == len(history)
        again.move_alias("champion", 3, WHY, expect=history[-1].champion)
