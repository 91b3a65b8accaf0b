from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from relevo.serve.service import Service
from relevo.store.records import PredictionRecord

Row = dict[str, Any]
Logged = Callable[[], list[PredictionRecord]]
Predict = Callable[..., list[dict[str, Any]]]


def refused(client: httpx.Client, rows: Any, lang: str = "en") -> dict[str, Any]:
    answered = client.post("/predict", json={"rows": rows}, headers={"accept-language": lang})
    assert answered.status_code == 422, answered.text
    body: dict[str, Any] = answered.json()
    assert {"error", "came", "expected", "todo"} <= set(body)
    return body


def test_a_prediction_is_the_models_own(client: httpx.Client, service: Service, row: Row) -> None:
    answered = client.post("/predict", json={"rows": [row]}).json()
    model = service.models.serving().model
    [prediction] = answered["predictions"]
    assert answered["model"] == "flights"
    assert answered["version"] == 1
    assert prediction.pop("id")
    assert prediction == model.predict_row(row)
    assert sum(prediction["probabilities"].values()) == pytest.approx(1)


def test_a_number_is_a_value(delays: httpx.Client, row: Row) -> None:
    [prediction] = delays.post("/predict", json={"rows": [row]}).json()["predictions"]
    assert set(prediction) == {"id", "value"}
    assert isinstance(prediction["value"], float)


def test_many_rows_are_answered_in_their_order(
    predict: Predict, service: Service, row: Row
) -> None:
    rows = [row | {"distance": float(distance)} for distance in range(200, 500)]
    model = service.models.serving().model
    answered = predict(*rows)
    for one, sent in zip(answered, rows, strict=True):  # many are one matrix: another rounding
        expected = model.predict_row(sent)["probabilities"]
        assert one["probabilities"] == pytest.approx(expected, rel=1e-12)
    assert len({one["id"] for one in answered}) == 300


def test_every_prediction_is_kept_as_it_was_answered(
    predict: Predict, logged: Logged, row: Row
) -> None:
    answered = predict(row, row | {"flight": "f17", "wind": None}, row | {"flight": 18.0})
    kept = {record.prediction_id: record for record in logged()}
    records = [kept[one["id"]] for one in answered]
    assert [record.row_id for record in records] == [None, "f17", "18"]
    assert [record.row for record in records][:1] == [row]
    assert [dict(record.prediction) for record in records] == [
        {"label": one["label"], "probabilities": one["probabilities"]} for one in answered
    ]
    assert {(record.version, record.source) for record in records} == {(1, "endpoint")}


def test_what_may_be_missing_may_be_left_out(predict: Predict, row: Row) -> None:
    without = {name: value for name, value in row.items() if name != "wind"}
    first, second = predict(without, row | {"wind": None})
    assert first["probabilities"] == second["probabilities"]


def test_columns_that_a_batch_may_have_are_let_through(predict: Predict, row: Row) -> None:
    [prediction] = predict(row | {"late": "yes", "flight": None})
    assert "warnings" not in prediction


@pytest.mark.parametrize(
    ("change", "column", "rule"),
    [
        ({"distance": "far"}, "distance", "type"),
        ({"distance": "far", "carrier": "unseen"}, "distance", "type"),
        ({"distance": None}, "distance", "missing"),
        ({"distance": 1e9}, "distance", "range"),
        ({"distance": 10**400}, "distance", "type"),
        ({"distance": [1000.0]}, "distance", "type"),
        ({"rain": 1}, "rain", "type"),
        ({"scheduled": "01/03/2013"}, "scheduled", "type"),
        ({"distanec": 1.0}, "distanec", "known"),
        ({"flight": {"a": 1}}, "flight", "type"),
        ({"flight": True}, "flight", "type"),
        ({"flight": "f\x0017"}, "flight", "type"),
        ({"late": ["yes"]}, "late", "type"),
    ],
)
def test_a_row_that_breaks_the_contract_is_refused(
    client: httpx.Client, logged: Logged, change: dict[str, Any], column: str, rule: str, row: Row
) -> None:
    body = refused(client, [row, row | change, row])
    [finding] = body["findings"]
    assert (finding["row"], finding["column"], finding["rule"]) == (1, column, rule)
    assert finding["expected"]
    assert finding["got"]
    assert "row 1" in body["error"]
    assert logged() == []


def test_a_time_beyond_the_calendar_is_refused(client: httpx.Client, row: Row) -> None:
    body = refused(client, [row | {"scheduled": "0001-01-01T00:00:00+14:00"}])
    assert body["findings"][0]["row"] == 0


def test_a_row_that_is_no_object_is_refused(client: httpx.Client, row: Row) -> None:
    assert refused(client, [row, 5])["findings"][0]["row"] == 1


def test_findings_are_in_the_callers_language(client: httpx.Client, row: Row) -> None:
    rows = [row | {"distance": "lejos"}]
    [spanish] = refused(client, rows, "es-ES,en;q=0.5")["findings"]
    [english] = refused(client, rows, "en")["findings"]
    assert spanish["expected"] == "un número"
    assert english["expected"] == "a number"
    assert "Qué hacer" in refused(client, rows, "es")["error"]


def test_at_most_a_hundred_findings_are_shown(client: httpx.Client) -> None:
    assert len(refused(client, [{} for _ in range(200)])["findings"]) == 100


def test_an_unseen_category_is_answered_with_a_warning(predict: Predict, row: Row) -> None:
    plain, warned = predict(row, row | {"carrier": "ZZ"})
    assert "warnings" not in plain
    [warning] = warned["warnings"]
    assert (warning["column"], warning["rule"], warning["got"]) == ("carrier", "categories", "ZZ")


@pytest.mark.parametrize(("lang", "hint"), [("en", "Did you mean"), ("es", "¿Quería decir")])
def test_the_nearest_right_name_is_in_the_answer(
    client: httpx.Client, row: Row, lang: str, hint: str
) -> None:
    misspelt = {name: value for name, value in row.items() if name != "distance"} | {"distnce": 5}
    headers = {"accept-language": lang}
    answered = client.post("/predict", json={"rows": [row, misspelt]}, headers=headers).json()
    missing, extra = answered["findings"]
    assert (missing["column"], missing["nearest"]) == ("distance", "distnce")
    assert (extra["column"], extra["nearest"]) == ("distnce", "distance")
    assert (missing["row"], missing["reaction"]) == (1, "refuse")
    assert hint in answered["todo"]
    assert "distnce" in answered["todo"]


def test_an_unseen_category_is_answered_with_the_nearest(predict: Predict, row: Row) -> None:
    [prediction] = predict(row | {"carrier": "b6"})
    [warning] = prediction["warnings"]
    assert (warning["reaction"], warning["nearest"]) == ("warn", "B6")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"5",
        b"null",
        b"{}",
        b'{"rows": 5}',
        b'{"rows": {}}',
        b'{"rows": []}',
        b'{"rows": [{"distance": NaN}]}',
        b'{"rows": [{"distance": Infinity}]}',
        b'{"rows": [{"distance": 1e999}]}',
        b'{"rows": "\xff"}',
        b'{"rows": "\\ud800"}',
        b'{"rows": ' + b"[" * 50_000,
        b'{"rows": [' + b"{}," * 500 + b"{}]}",
    ],
)
@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_body_of_another_shape_is_refused(client: httpx.Client, body: bytes, lang: str) -> None:
    headers = {"accept-language": lang}
    answered = client.post("/predict", content=body, headers=headers)
    assert answered.status_code == 422, answered.text
    assert {"error", "came", "expected", "todo"} <= set(answered.json())


def test_the_content_type_does_not_matter(client: httpx.Client, row: Row) -> None:
    body = client.post("/predict", json={"rows": [row]}).request.content
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        answered = client.post("/predict", content=body, headers={"content-type": kind})
        assert answered.status_code == 200


def test_reasons_are_added_when_asked_for(predict: Predict, row: Row) -> None:
    rows = [row, row | {"wind": None, "scheduled": "2013-03-01T08:30:00+02:00", "distance": 900}]
    for prediction in predict(*rows, path="/predict?explain=2"):
        assert len(prediction["reasons"]) == 2
        sizes = [abs(reason["contribution"]) for reason in prediction["reasons"]]
        assert sizes == sorted(sizes, reverse=True)
        assert {"column", "value", "contribution", "text"} == set(prediction["reasons"][0])
    assert "reasons" not in predict(row)[0]


def test_reasons_do_not_change_the_prediction(predict: Predict, row: Row) -> None:
    [plain], [explained] = predict(row), predict(row, path="/predict?explain=3")
    assert plain["probabilities"] == explained["probabilities"]


def test_one_row_has_the_reasons_that_it_has_among_others(
    client: httpx.Client, predict: Predict, row: Row
) -> None:
    for _ in range(2):  # the first time in a thread, then on the spot where that is quick
        [alone] = predict(row, path="/predict?explain=2")
        among = predict(row, row | {"distance": 300.0}, path="/predict?explain=2")[0]
        assert [one["text"] for one in alone["reasons"]] == [
            one["text"] for one in among["reasons"]
        ]
    path, spanish = "/predict?explain=1", {"Accept-Language": "es"}
    answered = client.post(path, json={"rows": [row]}, headers=spanish).json()
    assert " habla " in answered["predictions"][0]["reasons"][0]["text"]


@pytest.mark.parametrize("asked", ["-1", "two", "1.5", "99999", "²"])
def test_a_wrong_number_of_reasons_is_refused(client: httpx.Client, asked: str, row: Row) -> None:
    assert client.post(f"/predict?explain={asked}", json={"rows": [row]}).status_code == 422


def test_without_a_champion_the_answer_is_what_to_do(idle: httpx.Client, row: Row) -> None:
    answered = idle.post("/predict", json={"rows": [row]})
    assert answered.status_code == 503
    assert "relevo promote" in answered.json()["todo"]
