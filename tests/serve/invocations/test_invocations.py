from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Row = dict[str, Any]


def records_of(predictions: list[Row]) -> list[Row]:
    return [
        {
            "prediction": one["label"],
            **{f"probability_{label}": p for label, p in one["probabilities"].items()},
        }
        for one in predictions
    ]


def test_it_gives_what_predict_gives(
    client: httpx.Client, predict: Any, logged: Any, row: Row
) -> None:
    rows = [row, row | {"carrier": "AA", "wind": None}]
    answered = client.post("/invocations", json={"dataframe_records": rows})
    assert answered.status_code == 200, answered.text
    kept = [one.prediction_id for one in logged()]
    assert sorted(answered.json()["ids"]) == sorted(kept)
    assert answered.json()["predictions"] == records_of(predict(*rows))


def test_csv_gives_what_json_gives(client: httpx.Client, predict: Any, row: Row) -> None:
    lines = ["carrier,distance,rain,wind,scheduled", "B6,1000.0,True,12.5,2013-03-01T08:30:00"]
    headers = {"content-type": "text/csv; charset=utf-8"}
    answered = client.post("/invocations", content="\n".join(lines), headers=headers)
    assert answered.json()["predictions"] == records_of(predict(row))


def test_a_regression_gives_numbers(delays: httpx.Client, row: Row) -> None:
    answered = delays.post("/invocations", json={"instances": [list(row.values())]}).json()
    [prediction] = delays.post("/predict", json={"rows": [row]}).json()["predictions"]
    assert answered["predictions"] == [{"prediction": prediction["value"]}]


def test_a_row_that_breaks_the_contract_is_refused(client: httpx.Client, row: Row) -> None:
    rows = [row, row | {"distance": float("inf")}]
    answered = client.post("/invocations", content=json.dumps({"inputs": rows}))
    assert answered.status_code == 422
    [finding] = answered.json()["findings"]
    assert (finding["row"], finding["column"]) == (1, "distance")


def test_another_content_type_is_refused(client: httpx.Client) -> None:
    headers = {"content-type": "application/xml"}
    assert client.post("/invocations", content=b"<a/>", headers=headers).status_code == 415


def test_without_a_champion_it_says_so(idle: httpx.Client, row: Row) -> None:
    assert idle.post("/invocations", json={"inputs": [row]}).status_code == 503


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(), kind=st.sampled_from(["text/csv", "application/json", "text/plain"]))
def test_any_body(client: httpx.Client, body: bytes, kind: str) -> None:
    answered = client.post("/invocations", content=body, headers={"content-type": kind})
    assert answered.status_code in (200, 415, 422), answered.text
    assert {"error", "came", "expected", "todo"} <= set(answered.json())


def test_it_is_described_with_the_models_own_rows(client: httpx.Client) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/invocations"]["post"]
    asked = operation["requestBody"]["content"]
    forms = asked["application/json"]["schema"]["oneOf"]
    [rows] = [form["properties"].get("dataframe_records") for form in forms][1:2]
    assert rows["items"]["properties"]["carrier"]["type"] == "string"
    [answered] = operation["responses"]["200"]["content"].values()
    record = answered["schema"]["properties"]["predictions"]["items"]
    assert record["required"] == ["prediction", "probability_no", "probability_yes"]


def test_its_examples_are_accepted(client: httpx.Client) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/invocations"]["post"]
    for kind, described in operation["requestBody"]["content"].items():
        example = described["example"]
        content = example if isinstance(example, str) else json.dumps(example)
        answered = client.post("/invocations", content=content, headers={"content-type": kind})
        assert answered.status_code == 200, answered.text
        assert len(answered.json()["predictions"]) == 1


@pytest.mark.parametrize("kind", ["application/json", "text/csv"])
def test_it_is_described_before_a_model_is(idle: httpx.Client, kind: str) -> None:
    operation = idle.get("/openapi.json").json()["paths"]["/invocations"]["post"]
    assert kind in operation["requestBody"]["content"]
