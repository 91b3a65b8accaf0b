from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy.exc import IntegrityError

from relevo.store.ids import new_id
from relevo.store.records import PredictionRecord
from relevo.store.store import Store

NOW = datetime(2013, 4, 1, tzinfo=UTC)
DAY = timedelta(days=1)
FIRST = PredictionRecord(
    prediction_id="p1",
    row_id="flight 1",
    at=NOW,
    version=1,
    row={"carrier": "AA", "distance": 1400.5, "dest": None, "late": True, "größe": 2**70},
    prediction={"label": "late", "probabilities": {"late": 0.7, "in time": 0.3}},
    source="endpoint",
)


def test_predictions_come_back_as_they_were_oldest_first(store: Store) -> None:
    later = replace(FIRST, prediction_id="p0", row_id=None, at=NOW + DAY, source="batch")
    same_time = replace(FIRST, prediction_id="p00")
    store.log_predictions([later, FIRST, same_time])
    store.log_predictions([])
    assert store.predictions() == [FIRST, same_time, later]


def test_predictions_are_found_by_time_version_source_and_number(store: Store) -> None:
    many = [
        replace(
            FIRST,
            prediction_id=f"p{n}",
            at=NOW + n * DAY,
            version=1 + n % 2,
            source="batch" if n < 6 else "endpoint",
        )
        for n in range(10)
    ]
    store.log_predictions(many)
    assert store.predictions(since=NOW + 7 * DAY) == many[7:]
    assert store.predictions(version=2) == many[1::2]
    assert store.predictions(source="batch") == many[:6]
    assert store.predictions(limit=3) == many[-3:]
    assert store.predictions(since=NOW + DAY, version=1, source="batch", limit=1) == [many[4]]


def test_a_log_takes_whatever_a_row_may_hold(store: Store) -> None:
    row = {"day": date(2013, 4, 1), "x": np.float32(0.5), "gap": math.nan, "zero": "\0", "odd": 1j}
    store.log_predictions([replace(FIRST, row=row, row_id="a\0b")])
    (kept,) = store.predictions()
    assert kept.row == {"day": "2013-04-01", "x": 0.5, "gap": None, "zero": "\0", "odd": "1j"}
    assert kept.row_id == "a\ufffdb"


def test_a_log_keeps_all_or_none(store: Store) -> None:
    with pytest.raises(IntegrityError):
        store.log_predictions([FIRST, replace(FIRST, row_id="other"), FIRST])
    assert store.predictions() == []


def test_projects_see_their_own_predictions(store: Store, where: str) -> None:
    store.log_predictions([FIRST])
    with Store.open(where, f"{store.project} other") as other:
        other.log_predictions([replace(FIRST, version=5)])
        assert [prediction.version for prediction in other.predictions()] == [5]


def test_a_month_of_predictions_comes_back_whole(store: Store) -> None:
    month = [
        replace(FIRST, prediction_id=new_id(NOW), row={f"column {c}": n * c for c in range(20)})
        for n in range(3_000)
    ]
    store.log_predictions(month)
    assert store.predictions() == month


def test_a_kill_loses_no_acknowledged_prediction(store: Store, where: str, child) -> None:
    process = child("log", where, store.project)
    lines = [process.stdout.readline() for _ in range(25)]
    process.kill()
    lines += process.stdout.readlines()
    store.close()
    with Store.open(where, store.project) as again:
        kept = {prediction.prediction_id for prediction in again.predictions()}
        assert {identifier for line in lines for identifier in line.split()} <= kept
        assert len(kept) % 20 == 0  # each log came whole or not at all
        again.log_predictions([FIRST])


def test_predictions_are_delivered_once(store: Store) -> None:
    second = replace(FIRST, prediction_id="p2", latency_us=85, flags=["categories:carrier"])
    store.deliver_predictions([FIRST])
    store.deliver_predictions([replace(FIRST, version=9), second])
    assert store.predictions() == [FIRST, second]


def test_what_the_endpoint_answered_long_ago_is_forgotten(store: Store) -> None:
    batch = replace(FIRST, prediction_id="p0", source="batch")
    newer = replace(FIRST, prediction_id="p2", at=NOW + DAY)
    store.log_predictions([FIRST, batch, newer])
    assert store.forget_predictions(NOW + DAY) == 1
    assert store.predictions() == [batch, newer]
