from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from relevo.store import Store

Predict = Callable[..., list[dict[str, Any]]]


def test_the_log_is_what_was_answered(
    client: httpx.Client, predict: Predict, row: dict[str, Any], store: Store
) -> None:
    given = predict(row | {"flight": "f1"}, row)
    answered = client.get("/predictions")
    assert answered.status_code == 200
    logged = answered.json()["predictions"]
    assert [one["prediction_id"] for one in logged] == [one["id"] for one in given]
    assert logged[0]["row_id"] == "f1"
    assert logged[0]["row"]["carrier"] == "B6"
    assert logged[0]["prediction"]["label"] == given[0]["label"]
    assert (logged[0]["version"], logged[0]["source"]) == (1, "endpoint")


def test_the_newest_of_a_version_since_a_moment(
    client: httpx.Client, predict: Predict, row: dict[str, Any]
) -> None:
    ids = [one["id"] for _ in range(3) for one in predict(row)]

    def found(**asked: object) -> list[str]:
        answered = client.get("/predictions", params=asked).json()["predictions"]
        return [one["prediction_id"] for one in answered]

    assert found(limit=2) == ids[1:]
    assert found(version=1) == ids
    assert found(version=2) == []
    assert found(since="2013-01-01T00:00:00+01:00") == ids
    assert found(since="2100-01-01T00:00:00Z") == []


def test_no_more_than_a_hundred_unless_asked_for(
    client: httpx.Client, predict: Predict, row: dict[str, Any]
) -> None:
    predict(*[row] * 120)
    assert len(client.get("/predictions").json()["predictions"]) == 100
    assert len(client.get("/predictions?limit=1000").json()["predictions"]) == 120


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=1001", "limit=x", "limit=-1", "limit=", "version=0", "version=9" + "9" * 30,
     "version=2147483648", "since=yesterday", "since=2013-01-01", "since=2013-01-01T00:00:00",
     "since=0001-01-01T00:00:00%2B14:00", "since="],
)  # fmt: skip
def test_a_query_that_makes_no_sense_is_explained(client: httpx.Client, query: str) -> None:
    answered = client.get(f"/predictions?{query}")
    assert answered.status_code == 422, answered.text
    assert answered.json()["came"].startswith(query.partition("=")[0])
    assert answered.json()["todo"]
