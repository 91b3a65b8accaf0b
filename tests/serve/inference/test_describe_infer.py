from __future__ import annotations

from typing import Any

import httpx


def operation(client: httpx.Client, path: str = "/infer") -> Any:
    paths = client.get("/openapi.json").json()["paths"]
    return paths[f"/v2/models/{{name}}{path}"]["post"]


def test_it_carries_the_models_own_columns(client: httpx.Client) -> None:
    sent = operation(client)["requestBody"]["content"]["application/json"]["schema"]
    tensors = [one["properties"] for one in sent["properties"]["inputs"]["items"]["anyOf"]]
    datatypes = {one["name"].get("const"): one["datatype"]["enum"] for one in tensors}
    assert datatypes["rain"] == ["BOOL"]
    assert datatypes["scheduled"] == ["BYTES"]
    assert {"FP64", "INT32"} <= set(datatypes["distance"])
    assert "BYTES" not in datatypes["distance"]
    assert set(datatypes) == {"carrier", "distance", "rain", "wind", "scheduled", None}
    [answered] = operation(client)["responses"]["200"]["content"].values()
    outputs = answered["schema"]["properties"]["outputs"]["items"]["anyOf"]
    names = [one["properties"]["name"]["const"] for one in outputs]
    assert names == ["label", "probabilities", "id"]


def test_its_example_is_accepted(client: httpx.Client) -> None:
    described = operation(client, "/versions/{version}/infer")
    example = described["requestBody"]["content"]["application/json"]["example"]
    [name, version] = [one["schema"]["examples"][0] for one in described["parameters"]]
    answered = client.post(f"/v2/models/{name}/versions/{version}/infer", json=example)
    assert answered.status_code == 200, answered.text


def test_it_is_there_before_a_model_is(idle: httpx.Client) -> None:
    assert operation(idle)["parameters"][0]["name"] == "name"
