from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# One client for all bodies: that it lasts is part of what is tested.
many = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**400), 10**400)
    | st.floats()
    | st.text()
    | st.datetimes().map(datetime.isoformat)
    | st.datetimes(timezones=st.timezones()).map(datetime.isoformat)
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)
names = st.sampled_from(
    ["carrier", "distance", "rain", "wind", "scheduled", "flight", "late", "id", "target"]
)
changes = st.dictionaries(names | st.text(), scalars | values, max_size=3)


def answered_well(answered: httpx.Response) -> None:
    assert answered.status_code in (200, 413, 422), answered.text
    if answered.status_code != 200:
        assert {"error", "came", "expected", "todo"} <= set(answered.json())


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()  # writes NaN and Infinity, and lone surrogates


@many
@given(
    body=st.binary() | values.map(as_json),
    path=st.sampled_from(["/predict", "/labels", "/promote", "/challengers"]),
)
def test_any_body(client: httpx.Client, body: bytes, path: str) -> None:
    answered_well(client.post(path, content=body))


@many
@given(rows=st.lists(changes, max_size=5), explain=st.sampled_from(["", "?explain=2"]))
def test_any_rows(
    client: httpx.Client, row: dict[str, Any], rows: list[dict[str, Any]], explain: str
) -> None:
    body = as_json({"rows": [row | change for change in rows]})
    answered_well(client.post(f"/predict{explain}", content=body))


@many
@given(labels=st.lists(changes | values, max_size=5))
def test_any_labels(client: httpx.Client, labels: list[Any]) -> None:
    sent = [
        {"id": "f1", "target": "yes"} | label if isinstance(label, dict) else label
        for label in labels
    ]
    answered_well(client.post("/labels", content=as_json({"labels": sent})))


@many
@given(sent=changes | st.dictionaries(st.sampled_from(["version", "mirror", "canary"]), scalars))
def test_any_fields_of_a_challenger(client: httpx.Client, sent: dict[str, Any]) -> None:
    answered_well(client.post("/challengers", content=as_json(sent)))
    answered_well(client.post("/promote", content=as_json(sent)))


@settings(many, max_examples=50)
@given(asked=st.dictionaries(st.sampled_from(["since", "version", "limit"]), st.text() | scalars))
def test_any_query_of_the_log(client: httpx.Client, asked: dict[str, Any]) -> None:
    params = {name: str(value).encode(errors="replace") for name, value in asked.items()}
    answered_well(client.get("/predictions", params=params))


@settings(many, max_examples=50)
@given(asked=st.text(), lang=st.text(st.characters(codec="latin-1", exclude_categories=["Cc"])))
def test_any_query_and_header(
    client: httpx.Client, row: dict[str, Any], asked: str, lang: str
) -> None:
    headers = {"accept-language": lang.encode("latin-1")}
    params = {"explain": asked.encode(errors="replace")}
    answered_well(client.post("/predict", json={"rows": [row]}, params=params, headers=headers))
