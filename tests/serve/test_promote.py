from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from relevo.serve.api_key import new_key
from relevo.serve.service import Service
from relevo.store import Store


def test_a_version_becomes_the_champion(client: httpx.Client, store: Store) -> None:
    answered = client.post("/promote", json={"version": 2})
    assert answered.json() == {"champion": 2, "previous": 1}
    while client.get("/version").json()["version"] != 2:
        pass
    decision = store.decisions()[-1]
    assert (decision.kind, decision.champion, decision.previous) == ("promote", 2, 1)
    assert decision.why == "Over HTTP."
    assert client.post("/promote", json={"version": 1}).json() == {"champion": 1, "previous": 2}


def test_the_decision_names_the_key(client: httpx.Client, service: Service, store: Store) -> None:
    record, key = new_key("operations", "admin", datetime.now(UTC))
    store.put_key(record)
    service.gate.look()
    client.post("/promote", json={"version": 2}, headers={"x-api-key": key})
    assert store.decisions()[-1].why == "Over HTTP, with the key operations."
    assert store.decisions()[-1].detail == {"key": "operations"}


@pytest.mark.parametrize(
    "body",
    [{"version": 9}, {"version": 0}, {"version": -1}, {"version": True}, {"version": "2"},
     {"version": 2.0}, {"version": 10**30}, {"version": None}, {}, [], None, "2"],
)  # fmt: skip
def test_what_is_no_version_is_explained(client: httpx.Client, store: Store, body: Any) -> None:
    answered = client.post("/promote", json=body)
    assert answered.status_code == 422, answered.text
    assert {"came", "expected", "todo"} <= set(answered.json())
    assert store.alias("champion") == 1


def test_a_changed_folder_does_not_become_the_champion(
    client: httpx.Client, store: Store, tmp_path: Path
) -> None:
    record = store.version(2)
    number = store.reserve_version(record.created_at)
    store.add_version(
        type(record)(**{**vars(record), "version": number, "folder": str(tmp_path / "gone")})
    )
    assert client.post("/promote", json={"version": number}).status_code == 422
    assert store.alias("champion") == 1
