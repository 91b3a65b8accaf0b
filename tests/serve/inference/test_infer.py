from __future__ import annotations

import json
import struct
from typing import Any

import httpx
import pytest

from relevo.serve.service import Service

INFER = "/v2/models/flights/infer"
KINDS = {
    "carrier": "BYTES",
    "distance": "FP64",
    "rain": "BOOL",
    "wind": "FP64",
    "scheduled": "BYTES",
}
Row = dict[str, Any]


def inputs_of(*rows: Row) -> list[dict[str, Any]]:
    return [
        {"name": name, "datatype": kind, "shape": [len(rows)], "data": [row[name] for row in rows]}
        for name, kind in KINDS.items()
    ]


def outputs_of(answered: httpx.Response) -> dict[str, Any]:
    assert answered.status_code == 200, answered.text
    return {output["name"]: output["data"] for output in answered.json()["outputs"]}


def test_it_gives_what_predict_gives(client: httpx.Client, predict: Any, row: Row) -> None:
    other = row | {"carrier": "AA", "distance": 200.0, "wind": None}
    sent = {"id": "a7", "inputs": inputs_of(row, other), "parameters": {"priority": 1}}
    answered = client.post(INFER, json=sent)
    outputs = outputs_of(answered)
    predictions = predict(row, other)
    assert outputs["label"] == [one["label"] for one in predictions]
    assert outputs["probabilities"] == [
        share for one in predictions for share in one["probabilities"].values()
    ]
    head = answered.json()
    assert (head["id"], head["model_name"], head["model_version"]) == ("a7", "flights", "1")
    assert [output["shape"] for output in head["outputs"]] == [[2], [2, 2], [2]]


def test_a_regression_gives_what_predict_gives(delays: httpx.Client, row: Row) -> None:
    outputs = outputs_of(delays.post(INFER, json={"inputs": inputs_of(row)}))
    [prediction] = delays.post("/predict", json={"rows": [row]}).json()["predictions"]
    assert outputs["prediction"] == [prediction["value"]]


def test_a_version_may_be_asked_for(client: httpx.Client, row: Row) -> None:
    sent = {"inputs": inputs_of(row)}
    assert client.post("/v2/models/flights/versions/1/infer", json=sent).status_code == 200
    assert client.post("/v2/models/flights/versions/2/infer", json=sent).status_code == 404
    assert client.post("/v2/models/other/infer", json=sent).status_code == 404


def test_every_prediction_is_kept_and_can_be_labelled(
    client: httpx.Client, logged: Any, row: Row
) -> None:
    sent = inputs_of(row, row)
    sent.append({"name": "flight", "datatype": "INT64", "shape": [2], "data": [17, 18]})
    ids = outputs_of(client.post(INFER, json={"inputs": sent}))["id"]
    kept = {one.prediction_id: one for one in logged()}
    assert set(ids) == set(kept)
    assert [kept[id].row_id for id in ids] == ["17", "18"]
    labels = [{"prediction_id": ids[0], "target": "yes"}, {"id": 18, "target": "no"}]
    assert client.post("/labels", json={"labels": labels}).json()["joined"] == 2


def test_one_tensor_of_texts_holds_the_whole_row(
    client: httpx.Client, predict: Any, row: Row
) -> None:
    texts = ["B6", "1000", "true", "12.5", "2013-03-01T08:30:00"]
    sent = {"name": "input", "datatype": "BYTES", "shape": [2, 5], "data": [texts, texts]}
    outputs = outputs_of(client.post(INFER, json={"inputs": [sent]}))
    [prediction] = predict(row)
    assert outputs["probabilities"] == [*prediction["probabilities"].values()] * 2


def test_outputs_come_in_bytes_where_asked(client: httpx.Client, row: Row) -> None:
    asked = [{"name": "id", "parameters": {"binary_data": True}}, {"name": "probabilities"}]
    answered = client.post(INFER, json={"inputs": inputs_of(row), "outputs": asked})
    length = int(answered.headers["inference-header-content-length"])
    assert answered.headers["content-type"] == "application/octet-stream"
    ids, shares = json.loads(answered.content[:length])["outputs"]
    assert "data" not in ids
    binary = answered.content[length:]
    assert ids["parameters"] == {"binary_data_size": len(binary)}
    (size,) = struct.unpack_from("<I", binary)
    assert len(binary[4:]) == size == 36
    assert len(shares["data"]) == 2


def test_a_missing_value_may_be_nan(client: httpx.Client, predict: Any, row: Row) -> None:
    body = json.dumps({"inputs": inputs_of(row | {"wind": float("nan")})})
    assert "NaN" in body
    outputs = outputs_of(client.post(INFER, content=body))
    [prediction] = predict(row | {"wind": None})
    assert outputs["probabilities"] == list(prediction["probabilities"].values())


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"distance": "far"}, "distance"),
        ({"distance": float("inf")}, "distance"),
        ({"distance": float("nan")}, "distance"),
        ({"scheduled": ""}, "scheduled"),
        ({"scheduled": "soon"}, "scheduled"),
    ],
)
def test_a_row_that_breaks_the_contract_is_refused(
    client: httpx.Client, row: Row, change: Row, column: str
) -> None:
    inputs = inputs_of(row, row | change)
    if change.get("distance") == "far":
        inputs[1] |= {"datatype": "BYTES", "data": ["1000", "far"]}
    answered = client.post(INFER, content=json.dumps({"inputs": inputs}))
    assert answered.status_code == 422
    findings = {(found["row"], found["column"]) for found in answered.json()["findings"]}
    assert (1, column) in findings


@pytest.mark.parametrize("length", ["", "0", "-1", "1.5", "x", "99999", "9" * 5000, "٣"])
def test_a_wrong_length_of_the_json_is_refused(client: httpx.Client, row: Row, length: str) -> None:
    headers = {"Inference-Header-Content-Length": length.encode()}
    answered = client.post(INFER, json={"inputs": inputs_of(row)}, headers=headers)
    assert answered.status_code == 422
    assert "Inference-Header-Content-Length" in answered.json()["came"]


@pytest.mark.parametrize("header", [[], "x", 1, None, {}, {"inputs": {}}, {"inputs": None}])
def test_what_is_no_request_is_refused(client: httpx.Client, header: Any) -> None:
    assert client.post(INFER, content=json.dumps(header)).status_code == 422


def test_an_id_is_a_text(client: httpx.Client, row: Row) -> None:
    answered = client.post(INFER, json={"id": 7, "inputs": inputs_of(row)})
    assert answered.status_code == 422


def test_too_many_rows_are_refused(client: httpx.Client, service: Service) -> None:
    many = service.problem.serve.max_rows + 1
    sent = {"name": "rain", "datatype": "BOOL", "shape": [many], "data": [True] * many}
    answered = client.post(INFER, json={"inputs": [sent]})
    assert answered.status_code == 422
    assert str(many - 1) in answered.json()["expected"]


def test_a_large_request_is_answered_too(client: httpx.Client, predict: Any, row: Row) -> None:
    rows = [row | {"distance": 500.0 + place} for place in range(500)]
    names = [f"{'of a long name ' * 5}{place}" for place in range(500)]
    inputs = [
        *inputs_of(*rows),
        {"name": "flight", "datatype": "BYTES", "shape": [500], "data": names},
    ]
    sent = {"inputs": inputs, "outputs": [{"name": "probabilities"}]}
    assert len(json.dumps(sent)) > 50_000  # read aside, in a thread
    outputs = outputs_of(client.post(INFER, json=sent))
    shares = [share for one in predict(*rows[:200]) for share in one["probabilities"].values()]
    assert outputs["probabilities"][:400] == shares


def test_without_a_champion_it_says_so(idle: httpx.Client, row: Row) -> None:
    assert idle.post(INFER, json={"inputs": inputs_of(row)}).status_code == 503
