from __future__ import annotations

import json
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relevo.serve.inference.datatype import DATATYPES

INFER = "/v2/models/flights/infer"
# One client for all bodies: that it lasts is part of what is tested.
many = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
sizes = st.integers(-1, 6) | st.integers()
parameters = st.dictionaries(
    st.sampled_from(["binary_data_size", "binary_data", "binary_data_output"]), sizes | values
)
names = st.sampled_from(["carrier", "distance", "rain", "wind", "scheduled", "flight", "input"])
tensors = st.fixed_dictionaries(
    {
        "name": names | values,
        "datatype": st.sampled_from([*DATATYPES]) | values,
        "shape": st.lists(sizes, min_size=1, max_size=3) | values,
    },
    optional={"data": st.lists(scalars, max_size=4) | values, "parameters": parameters | values},
)
requests = st.fixed_dictionaries(
    {"inputs": st.lists(tensors | values, max_size=6) | values},
    optional={
        "id": values,
        "parameters": parameters | values,
        "outputs": st.lists(st.fixed_dictionaries({"name": values}) | values) | values,
    },
)


def answered_well(answered: httpx.Response) -> None:
    assert answered.status_code in (200, 413, 415, 422), answered.text
    if answered.status_code != 200:
        assert {"error", "came", "expected", "todo"} <= set(answered.json())


@many
@given(body=st.binary(), length=st.none() | st.integers(-5, 300).map(str) | st.text("0123456789x"))
def test_any_body(client: httpx.Client, body: bytes, length: str | None) -> None:
    headers = {} if length is None else {"inference-header-content-length": length}
    answered_well(client.post(INFER, content=body, headers=headers))


@many
@given(request=requests, binary=st.binary(max_size=40))
def test_any_request(client: httpx.Client, request: Any, binary: bytes) -> None:
    header = json.dumps(request).encode()  # writes NaN and Infinity, and lone surrogates
    headers = {"inference-header-content-length": str(len(header))}
    answered_well(client.post(INFER, content=header + binary, headers=headers))


@many
@given(data=st.data())
def test_any_values_of_the_right_columns(client: httpx.Client, data: st.DataObject) -> None:
    rows = data.draw(st.integers(1, 3))
    numbers = st.floats(width=32) | st.none() | st.integers(-(10**400), 10**400)
    kinds = {
        "carrier": ("BYTES", st.text() | st.none()),
        "distance": ("FP64", numbers),
        "rain": ("BOOL", st.booleans() | st.none()),
        "wind": ("FP64", numbers),
        "scheduled": ("BYTES", st.datetimes().map(str) | st.text()),
    }
    inputs = [
        {
            "name": name,
            "datatype": datatype,
            "shape": [rows],
            "data": data.draw(st.lists(kind, min_size=rows, max_size=rows)),
        }
        for name, (datatype, kind) in kinds.items()
    ]
    asked = {"parameters": {"binary_data_output": data.draw(st.booleans())}, "inputs": inputs}
    answered_well(client.post(INFER, content=json.dumps(asked)))
