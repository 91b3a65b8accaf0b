"""Also of `promote_version`, which both verbs of a version go through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from relevo.errors import ModelMistake, OptionMistake
from relevo.model.build import Built
from relevo.model.challenge import challenge, stop_challenge
from relevo.model.folder import save_model
from relevo.model.promote import promote_version
from relevo.store.records import ChallengerRecord, VersionRecord
from relevo.store.store import Store

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path, built: Callable[[str, str], Built]) -> Iterator[Store]:
    """A store that knows four versions; the first one is the champion."""
    model = built("regression", "linear").model
    with Store.open(tmp_path, "small") as store:
        for number in range(1, 5):
            save_model(replace(model, version=number), tmp_path / f"v{number}")
            nothing = (NOW, "scratch", None, "", "central", "", 0.0, 0.0, 0.0, 0, 0.0, {})
            store.reserve_version(NOW)
            store.add_version(VersionRecord(number, f"v{number}", *nothing))  # type: ignore[arg-type]
        promote_version(store, tmp_path, 1, "the first", NOW)
        yield store


def shares(store: Store) -> dict[int, float]:
    return {one.version: one.canary for one in store.challengers()}


def begin(store: Store, folder: Path, version: int, canary: float, mirror: float = 1.0) -> None:
    challenge(store, folder, ChallengerRecord(version, mirror, canary, NOW))


def test_canaries_are_one_together_at_most(store: Store, tmp_path: Path) -> None:
    begin(store, tmp_path, 3, 0.56)
    begin(store, tmp_path, 4, 0.11)
    begin(store, tmp_path, 2, 0.33)  # more than 1 when floats are added one by one
    with pytest.raises(OptionMistake) as caught:
        begin(store, tmp_path, 2, 0.34)
    came, wanted = (caught.value.parts("en")[part] for part in ("came", "expected"))
    assert "3: 0.56, 4: 0.11" in came
    assert "0.33 is left" in wanted
    assert shares(store) == {2: 0.33, 3: 0.56, 4: 0.11}
    begin(store, tmp_path, 4, 0.1)
    begin(store, tmp_path, 2, 0.34)
    assert shares(store) == {2: 0.34, 3: 0.56, 4: 0.1}


@pytest.mark.parametrize(
    ("mirror", "canary"), [(-0.1, 0), (1.1, 0), (float("nan"), 0), (1, 2), (1, float("nan"))]
)
def test_a_share_is_within_zero_and_one(
    store: Store, tmp_path: Path, mirror: float, canary: float
) -> None:
    with pytest.raises(OptionMistake) as caught:
        begin(store, tmp_path, 2, canary, mirror)
    assert caught.value.key.endswith("bad_share")
    assert store.challengers() == []


def test_the_champion_does_not_challenge_itself(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ModelMistake) as caught:
        begin(store, tmp_path, 1, 0)
    assert caught.value.key.endswith("is_champion")
    begin(store, tmp_path, 2, 0)
    promote_version(store, tmp_path, 2, "better", NOW)
    assert store.challengers() == []
    begin(store, tmp_path, 1, 0)
    assert shares(store) == {1: 0}


def test_a_changed_folder_neither_challenges_nor_serves(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "v2" / "model.json"
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(ModelMistake):
        begin(store, tmp_path, 2, 0)
    with pytest.raises(ModelMistake):
        promote_version(store, tmp_path, 2, "better", NOW)
    assert store.challengers() == []
    assert store.alias("champion") == 1


def test_each_change_is_a_decision(store: Store, tmp_path: Path) -> None:
    begin(store, tmp_path, 2, 0.25)
    stop_challenge(store, 2, NOW, "Enough.", {"key": "operations"})
    with pytest.raises(ModelMistake) as caught:
        stop_challenge(store, 2, NOW)
    assert "One of -" in str(caught.value)
    begun, stopped = store.decisions()[1:]
    assert (begun.kind, begun.champion, begun.previous) == ("challenge", 1, 1)
    assert begun.detail == {"version": 2, "mirror": 1.0, "canary": 0.25}
    assert "canary 0.25" in begun.why
    assert stopped.kind == "stop"
    assert stopped.why.endswith("Enough.")
    assert stopped.detail == {"version": 2, "key": "operations"}
