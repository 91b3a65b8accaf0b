from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from relevo.store import Store
from relevo.store.records import PredictionRecord

Row = dict[str, Any]
Logged = Callable[[], list[PredictionRecord]]
Predict = Callable[..., list[Row]]


def test_labels_join_by_either_name(
    client: httpx.Client, predict: Predict, store: Store, row: Row
) -> None:
    first, _, _ = predict(row, row | {"flight": "f1"}, row | {"flight": 7})
    labels = [
        {"prediction_id": first["id"], "target": "yes"},
        {"id": "f1", "target": "no"},
        {"id": 7, "target": "yes"},
        {"id": "unknown", "target": "no"},
    ]
    answered = client.post("/labels", json={"labels": labels})
    assert answered.json() == {"joined": 3, "unmatched": ["unknown"]}
    assert [record.target for record in store.labelled()] == ["yes", "no", "yes"]


def test_two_targets_for_one_label_are_refused(client: httpx.Client, store: Store) -> None:
    same = {"id": "f1", "target": "yes"}
    assert client.post("/labels", json={"labels": [same, same]}).status_code == 200
    answered = client.post("/labels", json={"labels": [same, {**same, "target": "no"}]})
    assert answered.status_code == 422
    assert "f1" in answered.text


def test_the_id_that_an_answer_shows_may_be_given_as_id(
    client: httpx.Client, predict: Predict, row: Row
) -> None:
    [prediction] = predict(row)
    labels = [{"id": prediction["id"], "target": "no"}]
    assert client.post("/labels", json={"labels": labels}).json()["joined"] == 1


def test_a_label_that_comes_before_its_prediction_waits_for_it(
    client: httpx.Client, predict: Predict, store: Store, logged: Logged, row: Row
) -> None:
    client.post("/labels", json={"labels": [{"id": "f5", "target": "no"}]})
    predict(row | {"flight": "f5"})
    assert len(logged()) == 1
    assert [record.target for record in store.labelled()] == ["no"]


@pytest.mark.parametrize(
    "label",
    [
        5,
        {},
        {"target": "yes"},
        {"id": None, "target": "yes"},
        {"id": [1], "target": "yes"},
        {"id": "", "target": "yes"},
        {"id": "f1"},
        {"id": "f1", "target": None},
        {"id": "f1", "target": "maybe"},
        {"id": "f1", "target": 3},
        {"id": "f1", "target": {"a": 1}},
        {"id": "f1", "target": 10**400},
    ],
)
@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_wrong_label_is_refused_and_none_is_kept(
    client: httpx.Client, predict: Predict, store: Store, row: Row, label: Any, lang: str
) -> None:
    predict(row | {"flight": "f0"})
    sent = {"labels": [{"id": "f0", "target": "yes"}, label]}
    answered = client.post("/labels", json=sent, headers={"accept-language": lang})
    assert answered.status_code == 422
    assert " 1 " in answered.json()["came"]
    assert store.labelled() == []


def test_an_unknown_label_names_those_that_are_known(client: httpx.Client) -> None:
    answered = client.post("/labels", json={"labels": [{"id": "f1", "target": "maybe"}]}).json()
    assert "maybe" in answered["came"]
    assert "no, yes" in answered["expected"]


@pytest.mark.parametrize("target", ["12", True, None, [1.0]])
def test_a_target_that_is_no_number_is_refused(delays: httpx.Client, target: Any) -> None:
    labels = [{"id": "f1", "target": target}]
    assert delays.post("/labels", json={"labels": labels}).status_code == 422


def test_a_number_is_kept(delays: httpx.Client) -> None:
    labels = [{"id": "f1", "target": -3}]
    answered = delays.post("/labels", json={"labels": labels})
    assert answered.json() == {"joined": 0, "unmatched": ["f1"]}


@pytest.mark.parametrize("body", [{}, {"labels": []}, {"labels": {}}, {"labels": [{}] * 501}])
def test_a_body_of_another_shape_is_refused(client: httpx.Client, body: Any) -> None:
    assert client.post("/labels", json=body).status_code == 422
