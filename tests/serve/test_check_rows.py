from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from relevo.data.contract import Contract
from relevo.data.reactions import Reactions
from relevo.model.folder import load_model, save_model
from relevo.problem.problem import Problem
from relevo.serve.service import Service
from relevo.store import Store
from relevo.store.records import DecisionRecord, VersionRecord

Row = dict[str, Any]

NOW = datetime(2013, 4, 2, tzinfo=UTC)


def lenient(contract: Contract) -> Contract:
    """Every value is accepted: `wind` and `carrier` as they come, others imputed."""
    own = Reactions(missing="warn", mistyped="warn", out_of_range="warn", unseen="warn")
    columns = tuple(
        replace(column, reactions=own) if column.name in ("wind", "carrier") else column
        for column in contract.columns
    )
    return replace(
        contract,
        columns=columns,
        missing="impute",
        extra="warn",
        mistyped="impute",
        out_of_range="impute",
    )


@pytest.fixture
def service(store: Store, problem: Problem, late_models: Path, tmp_path: Path) -> Service:
    """A service whose champion's contract refuses nothing."""
    model = load_model(late_models / "v1")
    version = store.reserve_version(NOW)
    folder = tmp_path / "models" / "lenient"
    save_model(replace(model, contract=lenient(model.contract), version=version), folder)
    store.add_version(
        VersionRecord(
            version, "models/lenient", NOW, "scratch", None, "", "central", "", 0, 0, 0, 0, 0, {}
        )
    )
    decision = DecisionRecord("promote", "", None, None, {}, NOW)
    store.move_alias("champion", version, decision)
    return Service.open(problem, store, tmp_path)


def predicted(client: httpx.Client, row: Row, path: str = "/predict") -> dict[str, Any]:
    answered = client.post(path, json={"rows": [row]})
    assert answered.status_code == 200, answered.text
    [prediction] = answered.json()["predictions"]
    return dict(prediction)


@pytest.mark.parametrize(
    ("change", "same_as", "rules"),
    [
        ({"distance": "1000"}, {"distance": 1000.0}, ["type"]),
        ({"wind": "strong"}, {"wind": None}, ["type"]),
        ({"wind": 1e6}, None, ["range"]),
        ({"carrier": "ZZ"}, None, ["categories"]),
        ({"more": 1}, {}, ["known"]),
        ({"scheduled": "yesterday"}, None, ["type"]),
    ],
)
def test_a_row_is_answered_with_a_warning(
    client: httpx.Client, row: Row, change: Row, same_as: Row | None, rules: list[str]
) -> None:
    prediction = predicted(client, row | change)
    assert [warning["rule"] for warning in prediction["warnings"]] == rules
    assert {warning["reaction"] for warning in prediction["warnings"]} <= {"warn", "impute"}
    if same_as is not None:
        plain = predicted(client, row | same_as)
        assert prediction["probabilities"] == plain["probabilities"]


def test_the_usual_value_is_imputed_and_the_log_keeps_what_came(
    client: httpx.Client, logged: Any, row: Row, late_models: Path
) -> None:
    usual = load_model(late_models / "v1").contract["distance"].usual
    came = [row | {"distance": value} for value in (None, "far", 1e9)]
    without = {name: value for name, value in row.items() if name != "distance"}
    imputed = [predicted(client, one) for one in (*came, without)]
    plain = predicted(client, row | {"distance": usual})
    assert "warnings" not in plain
    for prediction in imputed:
        assert prediction["probabilities"] == plain["probabilities"]
        assert [warning["reaction"] for warning in prediction["warnings"]] == ["impute"]
    kept = {record.prediction_id: record.row for record in logged()}
    assert [kept[one["id"]] for one in imputed] == [*came, without]


def test_reasons_are_those_of_the_row_that_was_scored(client: httpx.Client, row: Row) -> None:
    path = "/predict?explain=5"
    mended = predicted(client, row | {"distance": "1000", "wind": "calm"}, path)
    plain = predicted(client, row | {"distance": 1000.0, "wind": None}, path)
    assert mended["reasons"] == plain["reasons"]


def test_what_no_column_can_hold_is_refused_all_the_same(client: httpx.Client, row: Row) -> None:
    for change in ({"wind": [1.0]}, {"more": {}}, {"distance": 10**400}, {"flight": True}):
        assert client.post("/predict", json={"rows": [row | change]}).status_code == 422
