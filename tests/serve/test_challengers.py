from __future__ import annotations

from typing import Any

import httpx
import pytest

from relevo.store import Store


def shares(answered: httpx.Response) -> list[tuple[int, float, float]]:
    assert answered.status_code == 200, answered.text
    return [
        (one["version"], one["mirror"], one["canary"]) for one in answered.json()["challengers"]
    ]


def test_challengers_come_change_and_go(client: httpx.Client, store: Store) -> None:
    assert shares(client.get("/challengers")) == []
    assert shares(client.post("/challengers", json={"version": 2})) == [(2, 1.0, 0.0)]
    changed = {"version": 2, "mirror": 0.5, "canary": 0.1}
    assert shares(client.post("/challengers", json=changed)) == [(2, 0.5, 0.1)]
    assert shares(client.get("/challengers")) == [(2, 0.5, 0.1)]
    assert shares(client.request("DELETE", "/challengers?version=2")) == []
    kinds = [one.kind for one in store.decisions()]
    assert kinds == ["promote", "challenge", "challenge", "stop"]
    assert "mirror 0.5, canary 0.1. Over HTTP." in store.decisions()[2].why
    assert store.decisions()[2].champion == 1


def test_a_challenger_that_is_promoted_is_none_any_more(client: httpx.Client) -> None:
    client.post("/challengers", json={"version": 2})
    client.post("/promote", json={"version": 2})
    assert shares(client.get("/challengers")) == []


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"version": 1}, "champion"),
        ({"version": 9}, "Version 9"),
        ({"version": 2, "mirror": 1.1}, "1.1"),
        ({"version": 2, "canary": -0.1}, "-0.1"),
        ({"version": 2, "canary": "all"}, "all"),
        ({"version": 2, "mirror": True}, "True"),
        ({"version": 2, "mirror": 10**400}, "mirror"),
        ({"mirror": 1}, "-"),
        ([2], "list"),
    ],
)
def test_what_cannot_challenge_is_explained(
    client: httpx.Client, store: Store, body: Any, word: str
) -> None:
    answered = client.post("/challengers", json=body)
    assert answered.status_code == 422, answered.text
    assert word in answered.json()["came"]
    assert store.challengers() == []


@pytest.mark.parametrize("query", ["", "?version=2", "?version=x"])
def test_what_does_not_challenge_cannot_stop(client: httpx.Client, query: str) -> None:
    assert client.request("DELETE", f"/challengers{query}").status_code == 422
