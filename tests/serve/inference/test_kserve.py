"""Requests exactly as `InferenceRESTClient` of KServe 0.21, too heavy to install, sends them."""

from __future__ import annotations

import json
from typing import Any

import httpx

INFER = "/v2/models/flights/infer"
IN_JSON = (
    b'{"id":"47984214-1921-45f6-bf72-e15444a41817","model_name":"flights","inputs":['
    b'{"name":"carrier","shape":[2],"datatype":"BYTES","data":["B6","AA"]},'
    b'{"name":"distance","shape":[2],"datatype":"FP64","data":[1000.0,200.0]},'
    b'{"name":"rain","shape":[2],"datatype":"BOOL","data":[true,false]},'
    b'{"name":"wind","shape":[2],"datatype":"FP64","data":[12.5,null]},'
    b'{"name":"scheduled","shape":[2],"datatype":"BYTES",'
    b'"data":["2013-03-01T08:30:00","2013-03-01T08:30:00"]}]}'
)
HEADER = (
    b'{"id":"429eb97b-7829-4106-adc7-9d4cc6191a47","model_name":"flights","inputs":['
    b'{"name":"carrier","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":12}},'
    b'{"name":"distance","shape":[2],"datatype":"FP64","parameters":{"binary_data_size":16}},'
    b'{"name":"rain","shape":[2],"datatype":"BOOL","parameters":{"binary_data_size":2}},'
    b'{"name":"wind","shape":[2],"datatype":"FP64","parameters":{"binary_data_size":16}},'
    b'{"name":"scheduled","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":46}}],'
    b'"outputs":[{"name":"probabilities","parameters":{"binary_data":true}}]}'
)
BINARY = (
    b"\x02\x00\x00\x00B6\x02\x00\x00\x00AA"
    b"\x00\x00\x00\x00\x00@\x8f@\x00\x00\x00\x00\x00\x00i@"
    b"\x01\x00"
    b"\x00\x00\x00\x00\x00\x00)@\x00\x00\x00\x00\x00\x00\xf8\x7f"
    b"\x13\x00\x00\x002013-03-01T08:30:00\x13\x00\x00\x002013-03-01T08:30:00"
)


def shares_of(predict: Any, row: dict[str, Any]) -> list[float]:
    other = {"carrier": "AA", "distance": 200.0, "rain": False, "wind": None}
    return [share for one in predict(row, row | other) for share in one["probabilities"].values()]


def test_in_json(client: httpx.Client, predict: Any, row: dict[str, Any]) -> None:
    headers = {"content-type": "application/json"}
    answered = client.post(INFER, content=IN_JSON, headers=headers).json()
    assert answered["id"] == "47984214-1921-45f6-bf72-e15444a41817"
    [found] = [one for one in answered["outputs"] if one["name"] == "probabilities"]
    assert found["data"] == shares_of(predict, row)


def test_in_bytes(client: httpx.Client, predict: Any, row: dict[str, Any]) -> None:
    headers = {
        "inference-header-content-length": str(len(HEADER)),
        "content-type": "application/octet-stream",
    }
    answered = client.post(INFER, content=HEADER + BINARY, headers=headers)
    length = int(answered.headers["inference-header-content-length"])
    [found] = json.loads(answered.content[:length])["outputs"]
    assert found["parameters"] == {"binary_data_size": 32}
    values = memoryview(answered.content[length:]).cast("d")
    assert list(values) == shares_of(predict, row)


def test_health(client: httpx.Client) -> None:
    assert client.get("/v2/health/live").json().get("live") is True
    assert client.get("/v2/health/ready").json().get("ready") is True
    assert client.get("/v2/models/flights/ready").is_success
