from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest

from relevo.serve.models import Models
from relevo.serve.service import Service
from relevo.store import Store
from relevo.store.records import ChallengerRecord, DecisionRecord


def promote(store: Store, version: int) -> None:
    champion = store.version(version)
    decision = DecisionRecord("promote", "", None, None, {}, champion.created_at)
    store.move_alias("champion", version, decision)


@pytest.fixture
def broken(store: Store, tmp_path: Path, late_models: Path) -> Path:
    """The folder of version 3, a copy of version 2 with a changed byte."""
    folder = tmp_path / "models" / "v3"
    shutil.copytree(late_models / "v2", folder)
    spoil(folder)
    number = store.reserve_version(store.version(2).created_at)
    record = store.version(2)
    store.add_version(type(record)(**{**vars(record), "version": number, "folder": "models/v3"}))
    return folder


def spoil(folder: Path) -> None:
    file = folder / "preparation.json"
    file.write_bytes(file.read_bytes().replace(b"carrier", b"Carrier", 1))


def mend(folder: Path, whole: Path) -> None:
    shutil.copyfile(whole / "preparation.json", folder / "preparation.json")


def test_it_takes_up_the_version_that_the_alias_names(store: Store, tmp_path: Path) -> None:
    models = Models(store, tmp_path)
    models.look()
    former = models.serving()
    assert former.version == 1
    promote(store, 2)
    models.look()
    assert models.serving().version == 2
    assert former.version == 1
    promote(store, 1)
    models.look()
    assert models.serving().version == 1


def test_nothing_is_loaded_while_no_alias_moves(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = Models(store, tmp_path)
    models.look()
    scorer = models.serving()
    models.look()
    assert models.serving() is scorer
    monkeypatch.setattr(store, "alias", None)  # not even asked for
    models.look()
    assert models.trouble is None


def test_a_changed_folder_leaves_the_former_model_until_it_is_mended(
    store: Store, tmp_path: Path, late_models: Path, broken: Path, caplog: pytest.LogCaptureFixture
) -> None:
    models = Models(store, tmp_path)
    models.look()
    promote(store, 3)
    models.look()
    models.look()
    assert models.serving().version == 1
    assert models.trouble is not None
    assert models.trouble.key == "model.changed"
    assert len(caplog.records) == 1
    mend(broken, late_models / "v2")
    models.look()
    assert models.trouble is None
    assert models.serving().version == 2  # what the copied folder says of itself


def test_a_folder_that_is_whole_and_makes_no_sense_is_explained(
    store: Store, tmp_path: Path, broken: Path
) -> None:
    (broken / "model.json").write_text("{}")
    hashes = json.loads((broken / "hashes.json").read_text())
    hashes["model.json"] = hashlib.sha256(b"{}").hexdigest()
    hashes["preparation.json"] = hashlib.sha256(
        (broken / "preparation.json").read_bytes()
    ).hexdigest()
    (broken / "hashes.json").write_text(json.dumps(hashes))
    promote(store, 3)
    models = Models(store, tmp_path)
    models.look()
    assert models.model is None
    assert models.trouble is not None
    assert models.trouble.key == "model.unreadable"


def test_a_store_that_cannot_be_asked_changes_nothing(store: Store, tmp_path: Path) -> None:
    models = Models(store, tmp_path)
    models.look()
    file = tmp_path / "store.db"
    store.close()
    file.rename(tmp_path / "moved")
    file.mkdir()
    models.look()
    assert models.serving().version == 1
    assert models.trouble is not None
    file.rmdir()
    (tmp_path / "moved").rename(file)
    models.look()
    assert models.trouble is None


def test_health_says_that_the_newest_champion_does_not_serve(
    client: httpx.Client, service: Service, store: Store, broken: Path, row: dict[str, Any]
) -> None:
    promote(store, 3)
    while service.models.trouble is None:
        assert client.post("/predict", json={"rows": [row]}).json()["version"] == 1
    answered = client.get("/health")
    assert answered.status_code == 200
    assert answered.json()["version"] == 1
    assert "preparation.json" in answered.json()["trouble"][0]["came"]


def test_it_follows_by_itself(client: httpx.Client, store: Store) -> None:
    promote(store, 2)
    while client.get("/version").json()["version"] != 2:
        pass
    assert client.get("/health").json()["trouble"] == []


def challenge(store: Store, version: int, canary: float) -> None:
    at = store.version(version).created_at
    decision = DecisionRecord("challenge", "", None, None, {}, at)
    store.put_challenger(ChallengerRecord(version, 0.0, canary, at), decision)


def test_a_canary_answers_its_share_always_for_the_same_names(store: Store, tmp_path: Path) -> None:
    challenge(store, 2, canary=0.3)
    models = Models(store, tmp_path)
    models.look()
    names = [f"f{number}" for number in range(1000)]
    drawn = [models.drawn(name).version for name in names]
    assert 250 <= drawn.count(2) <= 350  # 300 expected, 14.5 the standard deviation
    assert [models.drawn(name).version for name in names] == drawn
    challenge(store, 2, canary=0.0)
    models.look()
    assert {models.drawn(name).version for name in names} == {1}


def test_a_request_may_ask_for_a_version_that_stands_beside(
    client: httpx.Client, service: Service, store: Store, row: dict[str, Any]
) -> None:
    def version(pin: str) -> int:
        headers = {"x-relevo-version": pin}
        answered = client.post("/predict", json={"rows": [row]}, headers=headers)
        return int(answered.json()["version"]) if answered.status_code == 200 else 0

    assert (version("1"), version("2"), version("1'")) == (1, 0, 0)
    challenge(store, 2, canary=0.0)
    while version("2") != 2:
        pass
    assert version("1") == 1


def test_a_canary_is_drawn_by_the_name_of_the_row(
    client: httpx.Client, service: Service, store: Store, row: dict[str, Any]
) -> None:
    challenge(store, 2, canary=0.5)
    while not service.models.canaries:
        pass
    names = [f"f{number}" for number in range(20)]
    for name in names:
        answered = client.post("/predict", json={"rows": [row | {"flight": name}]}).json()
        assert answered["version"] == service.models.drawn(name).version
    assert {service.models.drawn(name).version for name in names} == {1, 2}


def test_where_a_canary_fails_the_champion_answers(
    client: httpx.Client, service: Service, store: Store, row: dict[str, Any], caplog: Any
) -> None:
    challenge(store, 2, canary=1.0)
    while not service.models.canaries:
        pass
    canary = service.models.canaries[0][1]
    object.__setattr__(canary.model, "predictor", None)
    answered = client.post("/predict", json={"rows": [row]})
    assert answered.status_code == 200
    assert answered.json()["version"] == 1
    assert 'relevo_canary_failures_total{version="2"} 1' in client.get("/metrics").text
