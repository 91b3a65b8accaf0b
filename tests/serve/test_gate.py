from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from relevo.errors import StoreMistake
from relevo.problem.problem import Problem
from relevo.serve.api_key import new_key
from relevo.serve.gate import ANYBODY, Gate, Needed
from relevo.serve.refusal import Refusal
from relevo.serve.running import running
from relevo.serve.service import Service
from relevo.store import Store
from relevo.store.records import KeyRecord, Role

NOW = datetime(2013, 4, 1, tzinfo=UTC)
HERE, THERE = ("127.0.0.1", 50_000), ("192.0.2.7", 50_000)
Headers = list[tuple[bytes, bytes]]


def carried(key: str) -> Headers:
    return [(b"host", b"127.0.0.1"), (b"authorization", f"Bearer {key}".encode())]


def add(store: Store, name: str, role: Role) -> str:
    record, key = new_key(name, role, NOW)
    store.put_key(record)
    return key


def ask(gate: Gate, headers: Headers, role: Needed = "predict", client: Any = THERE) -> KeyRecord:
    return asyncio.run(gate.admit(headers, client, role))


def refused(gate: Gate, headers: Headers, role: Needed = "predict", client: Any = THERE) -> Refusal:
    with pytest.raises(Refusal) as caught:
        ask(gate, headers, role, client)
    return caught.value


@pytest.fixture
def gate(store: Store) -> Gate:
    return Gate(store)


@pytest.fixture
def keys(store: Store, gate: Gate) -> dict[str, str]:
    """A key of each role, known to the gate."""
    roles: tuple[Role, ...] = ("predict", "label", "admin")
    made = {role: add(store, role, role) for role in roles}
    gate.look()
    return made


def test_without_keys_this_machine_is_let_in_and_no_other(gate: Gate) -> None:
    gate.look()
    assert ask(gate, [(b"host", b"localhost")], "admin", HERE) is ANYBODY
    assert refused(gate, [(b"host", b"localhost")], "predict", THERE).status == 401
    site = [(b"host", b"localhost"), (b"origin", b"https://evil.example")]
    assert refused(gate, site, "admin", HERE).mistake.key == "gate.from_elsewhere"


def test_what_needs_no_key_is_open(gate: Gate, keys: dict[str, str]) -> None:
    assert ask(gate, [], None) is ANYBODY


def test_before_the_first_look_nobody_is_let_in(gate: Gate) -> None:
    assert refused(gate, [(b"host", b"localhost")], "predict", HERE).status == 503


@pytest.mark.parametrize("role", ["predict", "label", "admin"])
def test_a_role_opens_its_own_and_admin_opens_all(
    gate: Gate, keys: dict[str, str], role: Role
) -> None:
    for carries, key in keys.items():
        if carries in (role, "admin"):
            assert ask(gate, carried(key), role).name == carries
        else:
            refusal = refused(gate, carried(key), role)
            assert refusal.status == 403
            assert carries in refusal.mistake.parts("en")["came"]
        assert ask(gate, carried(key), "any").role == carries


def test_both_headers_are_read(gate: Gate, keys: dict[str, str]) -> None:
    key = keys["predict"].encode()
    for headers in (
        [(b"x-api-key", key)],
        [(b"authorization", b"bearer " + key)],
        [(b"authorization", b"Basic abc"), (b"x-api-key", key)],
    ):
        assert ask(gate, headers).name == "predict"
    for headers in ([(b"authorization", b"Basic " + key)], [(b"authorization", key)], []):
        refusal = refused(gate, headers)
        assert (refusal.status, refusal.mistake.key) == (401, "gate.no_key")
        assert refusal.headers == {"www-authenticate": "Bearer"}


def test_wrong_keys_get_one_answer(gate: Gate, keys: dict[str, str]) -> None:
    _, stranger = new_key("nobody", "admin", NOW)
    wrong = keys["admin"][:-1] + ("0" if keys["admin"][-1] != "0" else "1")
    assert ask(gate, carried(keys["admin"])).name == "admin"  # from here on it is known
    told = [refused(gate, carried(key)) for key in (stranger, wrong, "nonsense", "é")]
    assert {(one.status, one.mistake.key, str(one.headers)) for one in told} == {
        (401, "gate.wrong_key", "{'www-authenticate': 'Bearer'}")
    }


def test_a_key_is_checked_once(
    gate: Gate, keys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = carried(keys["predict"])
    assert gate.known(headers, THERE) is None
    assert ask(gate, headers).name == "predict"
    monkeypatch.setattr("relevo.serve.gate.opens", None)  # not even asked for
    known = gate.known(headers, THERE)
    assert known is not None
    assert known.name == "predict"
    gate.look()  # nothing changed
    assert gate.known(headers, THERE) is not None


def test_many_requests_with_a_new_key_wait_for_one_check(gate: Gate, keys: dict[str, str]) -> None:
    async def all_at_once() -> list[KeyRecord]:
        asked = (gate.admit(carried(keys["label"]), THERE, "label") for _ in range(200))
        return await asyncio.gather(*asked)

    assert {key.name for key in asyncio.run(all_at_once())} == {"label"}


def test_who_hangs_up_ends_the_check_for_nobody_else(gate: Gate, keys: dict[str, str]) -> None:
    async def two() -> KeyRecord:
        first, second = (
            asyncio.create_task(gate.admit(carried(keys["label"]), THERE, "label"))
            for _ in range(2)
        )
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert asyncio.run(two()).name == "label"


def test_one_wrong_key_after_the_other_has_to_wait(gate: Gate, keys: dict[str, str]) -> None:
    wrong = carried("relevo_000000000000_" + "0" * 64)
    statuses = [refused(gate, wrong).status for _ in range(20)]
    assert statuses[:5] == [401] * 5
    assert statuses[-1] == 429
    last = refused(gate, wrong)
    assert last.headers is not None
    assert int(last.headers["retry-after"]) >= 1
    assert refused(gate, wrong, client=("192.0.2.8", 1)).status == 401
    assert ask(gate, carried(keys["predict"])).name == "predict"  # nobody else is kept out


def test_wrong_secrets_of_one_key_do_not_keep_another_out(gate: Gate, keys: dict[str, str]) -> None:
    public = keys["predict"].rpartition("_")[0]

    async def storm() -> list[Any]:
        tried = (
            gate.admit(carried(f"{public}_{number:064x}"), THERE, "predict") for number in range(40)
        )
        return await asyncio.gather(*tried, return_exceptions=True)

    statuses = [one.status for one in asyncio.run(storm())]
    assert statuses.count(401) <= 8
    assert set(statuses) == {401, 429}
    assert ask(gate, carried(keys["admin"])).name == "admin"


def test_a_key_that_is_replaced_or_removed_opens_no_more(
    gate: Gate, store: Store, keys: dict[str, str]
) -> None:
    ask(gate, carried(keys["predict"]))
    newer = add(store, "predict", "predict")
    gate.look()
    assert refused(gate, carried(keys["predict"])).status == 401
    assert ask(gate, carried(newer)).name == "predict"
    store.remove_key("predict")
    gate.look()
    assert refused(gate, carried(newer)).status == 401


def test_each_key_has_its_rate(store: Store, keys: dict[str, str]) -> None:
    gate = Gate(store, requests_per_second=0.001)
    gate.look()
    assert ask(gate, carried(keys["predict"])).name == "predict"
    refusal = refused(gate, carried(keys["predict"]), client=HERE)
    assert refusal.status == 429
    assert refusal.headers is not None
    assert 900 < int(refusal.headers["retry-after"]) <= 1000
    assert ask(gate, carried(keys["admin"])).name == "admin"
    assert ask(gate, [], None) is ANYBODY


def test_without_keys_each_address_has_its_rate(store: Store) -> None:
    gate = Gate(store, requests_per_second=0.001)
    gate.look()
    local = [(b"host", b"localhost")]
    assert ask(gate, local, "predict", HERE) is ANYBODY
    assert refused(gate, local, "predict", HERE).status == 429
    assert ask(gate, local, "predict", ("::1", 1)) is ANYBODY


# Through the endpoint

ROUTES = [
    ("POST", "/predict", "predict"),
    ("GET", "/version", "predict"),
    ("GET", "/openapi.json", "predict"),
    ("GET", "/docs", "predict"),
    ("POST", "/labels", "label"),
    ("GET", "/metrics", "admin"),
    ("GET", "/predictions", "admin"),
    ("POST", "/promote", "admin"),
    ("GET", "/challengers", "admin"),
    ("POST", "/challengers", "admin"),
    ("DELETE", "/challengers", "admin"),
]


def test_every_route_but_health_needs_a_key(service: Service) -> None:
    open_to_all = {route.path for route in service.routes if route.role is None}
    assert open_to_all == {"/health", "/ping", "/v2/health/live", "/v2/health/ready"}
    assert {(route.method, route.path, route.role) for route in service.routes} >= set(ROUTES)


@pytest.fixture
def served(problem: Problem, store: Store, tmp_path: Path) -> Iterator[str]:
    with running(problem, tmp_path, tmp_path) as url:
        yield url


def test_over_http_a_key_opens_what_its_role_says(
    served: str, store: Store, row: dict[str, Any]
) -> None:
    roles: tuple[Role, ...] = ("predict", "label", "admin")
    keys = {role: add(store, role, role) for role in roles}
    with httpx.Client(base_url=served) as client:
        while client.get("/version").status_code != 401:
            pass
        for method, path, needed in ROUTES:
            answered = client.request(method, path)
            assert answered.status_code == 401, path
            assert answered.headers["www-authenticate"] == "Bearer"
            for role, key in keys.items():
                headers = {"authorization": f"Bearer {key}"}
                status = client.request(method, path, headers=headers).status_code
                assert (status == 403) == (role not in (needed, "admin")), (path, role)
                assert status != 401
        for method, path in (("GET", "/nowhere"), ("PATCH", "/predict"), ("HEAD", "/metrics")):
            assert client.request(method, path).status_code == 401
        assert client.get("/health").status_code == 200
        assert client.get("/ping").status_code == 200
        key = {"x-api-key": keys["predict"]}
        assert client.get("/nowhere", headers=key).status_code == 404
        assert client.post("/predict", json={"rows": [row]}, headers=key).status_code == 200
    assert store.alias("champion") == 1


def test_over_http_a_key_is_rotated_without_a_restart(served: str, store: Store) -> None:
    with httpx.Client(base_url=served) as client:

        def status(key: str) -> int:
            return client.get("/version", headers={"authorization": f"Bearer {key}"}).status_code

        first = add(store, "the shop", "predict")
        while client.get("/version").status_code != 401:
            pass
        assert status(first) == 200
        second = add(store, "the shop", "predict")
        while status(first) != 401:
            pass
        assert status(second) == 200
        store.remove_key("the shop")
        add(store, "another", "predict")
        while status(second) == 200:
            pass
        assert status(second) in (401, 429)


def test_bodies_of_wrong_keys_are_the_same(
    client: httpx.Client, service: Service, store: Store
) -> None:
    key = add(store, "the shop", "predict")
    service.gate.look()
    wrong = [key[:-2] + "zz", "relevo_0_0", "x" * 10_000]
    answers = {
        client.get("/version", headers={"authorization": f"Bearer {one}"}).content for one in wrong
    }
    assert len(answers) == 1
    assert client.get("/version", headers={"x-api-key": key}).status_code == 200


def test_health_tells_what_is_wrong_to_those_with_a_key(
    client: httpx.Client, service: Service, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = StoreMistake("store.unreachable", where="server7", detail="gone")
    monkeypatch.setattr(service.journal, "trouble", trouble)
    assert "server7" in client.get("/health").text
    key = add(store, "the shop", "predict")
    service.gate.look()
    assert "server7" in client.get("/health", headers={"x-api-key": key}).text
    for headers in ({}, {"x-api-key": key[:-1]}):
        answered = client.get("/health", headers=headers)
        assert answered.status_code == 200
        assert len(answered.json()["trouble"]) == 1
        assert "server7" not in answered.text


def test_the_page_says_that_a_key_is_needed(
    client: httpx.Client, service: Service, store: Store
) -> None:
    assert "Bearer KEY" not in client.get("/docs").text
    key = add(store, "the shop", "predict")
    service.gate.look()
    assert "Bearer KEY" in client.get("/docs", headers={"x-api-key": key}).text
