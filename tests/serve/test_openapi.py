from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx

from relevo.model.row_schema import row_schema
from relevo.serve.service import Service


def references(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        yield from (value for name, value in tree.items() if name == "$ref")
        tree = list(tree.values())
    if isinstance(tree, list):
        for item in tree:
            yield from references(item)


def test_every_route_is_described(client: httpx.Client, service: Service) -> None:
    document = client.get("/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    described = {
        (method.upper(), path)
        for path, by_method in document["paths"].items()
        for method in by_method
    }
    assert described == {(route.method, route.template) for route in service.routes}
    for by_method in document["paths"].values():
        for operation in by_method.values():
            assert operation["summary"]
            assert {"200", "default"} <= set(operation["responses"])
            assert all("description" in answer for answer in operation["responses"].values())
    assert set(references(document)) == {"#/components/schemas/Error"}
    assert "Error" in document["components"]["schemas"]


def test_it_carries_the_models_own_rows(client: httpx.Client, service: Service) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/predict"]["post"]
    [sent] = operation["requestBody"]["content"].values()
    row = sent["schema"]["properties"]["rows"]["items"]
    assert row == row_schema(service.models.serving().model.contract)
    assert row["properties"]["carrier"]["type"] == "string"
    [answered] = operation["responses"]["200"]["content"].values()
    prediction = answered["schema"]["properties"]["predictions"]["items"]
    assert prediction["properties"]["label"] == {"enum": ["no", "yes"]}
    assert set(prediction["properties"]["probabilities"]["properties"]) == {"no", "yes"}
    assert prediction["required"] == ["id", "label", "probabilities"]


def test_its_example_is_accepted(client: httpx.Client) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/predict"]["post"]
    example = operation["requestBody"]["content"]["application/json"]["example"]
    assert client.post("/predict", json=example).status_code == 200


def test_a_regression_answers_a_value(delays: httpx.Client) -> None:
    operation = delays.get("/openapi.json").json()["paths"]["/predict"]["post"]
    [answered] = operation["responses"]["200"]["content"].values()
    prediction = answered["schema"]["properties"]["predictions"]["items"]
    assert prediction["required"] == ["id", "value"]


def test_it_is_there_before_a_model_is(idle: httpx.Client) -> None:
    assert idle.get("/openapi.json").status_code == 200


def test_it_speaks_the_callers_language(client: httpx.Client) -> None:
    document = client.get("/openapi.json", headers={"accept-language": "es"}).json()
    assert document["paths"]["/ping"]["get"]["summary"].startswith("Responde")
