from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from relevo.data.contract import ColumnContract, Contract
from relevo.data.reactions import Reaction, Reactions
from relevo.model.row_schema import row_schema

CONTRACT = Contract(
    (
        ColumnContract("age", "number", low=0.0, high=120.0),
        ColumnContract("wind", "number", missing=0.2),
        ColumnContract("job", "category", categories=("a", "b")),
        ColumnContract("day", "date"),
        ColumnContract("late", "boolean", required=False),
    )
)
ANY = ["string", "number", "boolean"]


def test_what_is_refused_is_forbidden() -> None:
    schema = row_schema(replace(CONTRACT, unseen="refuse"))
    assert schema == {
        "type": "object",
        "properties": {
            "age": {"type": "number", "minimum": 0.0, "maximum": 120.0},
            "wind": {"type": ["number", "null"]},
            "job": {"type": "string", "enum": ["a", "b"]},
            "day": {"type": "string", "format": "date"},
            "late": {"type": "boolean"},
        },
        "required": ["age", "job", "day"],
        "additionalProperties": False,
    }


@pytest.mark.parametrize("reaction", ["warn", "impute"])
@pytest.mark.parametrize(
    ("field", "age", "job", "day"),
    [
        ("missing", {"type": ["number", "null"]}, {"type": ["string", "null"]}, {}),
        ("mistyped", {"type": ANY}, {"type": ANY}, {"type": ANY}),
        ("out_of_range", {"type": "number"}, {"type": "string"}, {}),
        ("unseen", {"type": "number"}, {"type": "string", "examples": ["a", "b"]}, {}),
    ],
)
def test_what_is_answered_is_allowed(
    reaction: Reaction, field: str, age: Any, job: Any, day: Any
) -> None:
    contract: Contract = replace(CONTRACT, **{field: reaction})  # type: ignore[arg-type]
    schema = row_schema(contract)
    assert ("age" in schema["required"]) is (field != "missing")
    found = schema["properties"]
    bounds = {} if field == "out_of_range" else {"minimum": 0.0, "maximum": 120.0}
    assert found["age"] == age | bounds
    assert found["job"] == {"examples": ["a", "b"]} | job
    assert day.items() <= found["day"].items()
    assert ("format" in found["day"]) is (field != "mistyped")
    assert found["late"] == {"type": "boolean"}


def test_other_columns_are_allowed_where_they_are_answered() -> None:
    schema = row_schema(replace(CONTRACT, extra="warn"))
    assert schema["additionalProperties"] == {"type": [*ANY, "null"]}


def test_a_column_has_its_own() -> None:
    job = replace(CONTRACT["job"], reactions=Reactions(missing="impute", unseen="refuse"))
    schema = row_schema(Contract((CONTRACT["age"], job)))
    assert schema["properties"]["job"] == {"type": ["string", "null"], "enum": ["a", "b", None]}
    assert schema["required"] == ["age"]
