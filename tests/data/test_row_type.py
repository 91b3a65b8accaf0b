from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from relevo.data.contract import ColumnContract, Contract
from relevo.data.row_check import compile_row_check
from relevo.data.row_type import row_dict, row_type, row_values

CATEGORIES = ("1", "2", "-7", "03", "a", "ñandú", "true", "2.5")
COLUMNS = (
    ColumnContract("how far", "number", low=-1.5, high=100.0),
    ColumnContract("id", "number", required=False),
    ColumnContract("unbound", "number", missing=0.2),
    ColumnContract("huge", "number", low=-(2.0**60), high=2.0**60),
    ColumnContract("kind", "category", categories=CATEGORIES),
    ColumnContract("maybe kind", "category", missing=0.1, categories=("x", "y")),
    ColumnContract("open", "category"),
    ColumnContract("raining?", "boolean"),
    ColumnContract("words/ñ", "text", missing=0.1),
    ColumnContract("day", "date"),
    ColumnContract("at", "datetime", missing=0.1),
    ColumnContract("late", "category", required=False),
)
CONTRACT = Contract(COLUMNS, unique="id", unseen="warn", out_of_range="warn", missing="impute")
KIND = row_type(CONTRACT)
DECODE: Any = msgspec.json.Decoder(KIND).decode
CHECK = compile_row_check(CONTRACT)
ROW: dict[str, Any] = {
    "how far": 12,
    "unbound": None,
    "huge": 1e18,
    "kind": 1,
    "maybe kind": "x",
    "open": "anything",
    "raining?": True,
    "words/ñ": "some words",
    "day": "2026-01-31",
    "at": "2026-01-31T14:30:00",
}
edges = st.sampled_from(
    [-1.5, 100, 100.0, 101, -2, 0, -0.0, 2**53 + 1, 2**60, 2**60 + 1, -(2**60) - 1, 2**63, 10**20,
     1e308, 10**308, 10**400]
)  # fmt: skip
numbers = edges | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
times = (
    st.dates().map(date.isoformat)
    | st.datetimes().map(datetime.isoformat)
    | st.datetimes(timezones=st.timezones()).map(datetime.isoformat)
    | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?Z?)?")
    | st.sampled_from(["2025-02-29", "2024-02-29", "2025-04-31", "2025-12-31T24:00", "12:00"])
)
texts = st.text(max_size=5) | st.sampled_from([*CATEGORIES, "x", "y", "z"]) | times
values = numbers | texts | st.booleans() | st.none() | st.just([1])


def decodes(row: Any) -> Any:
    """The row as the type has it; None when it does not decode."""
    try:
        return DECODE(json.dumps(row))
    except msgspec.DecodeError:
        return None


def as_decoded(column: ColumnContract, came: dict[str, Any]) -> Any:
    value = came.get(column.name)
    return float(value) if column.type == "number" and value is not None else value


@given(
    changes=st.dictionaries(st.sampled_from([*CONTRACT.names, "more"]), values, max_size=4),
    left_out=st.sets(st.sampled_from([*ROW]), max_size=1),
)
@example(changes={"huge": 2**60 + 1}, left_out=set())
@example(changes={"day": "2025-02-29"}, left_out=set())
@example(changes={"day": "2025-01-31\n"}, left_out=set())
def test_what_decodes_breaks_nothing(changes: dict[str, Any], left_out: set[str]) -> None:
    row = {name: value for name, value in ROW.items() if name not in left_out} | changes
    decoded = decodes(row)
    if decoded is not None:
        came = msgspec.json.decode(json.dumps(row))
        assert CHECK(came).findings == ()
        values = row_values(CONTRACT)(decoded)
        assert values == tuple(as_decoded(column, came) for column in CONTRACT.required)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"id": 7, "late": "yes"},
        {"id": None, "late": 2.5},
        {"how far": 3.25},
        {"unbound": 1e300},
        {"kind": "2"},
        {"kind": 2},
        {"kind": "true"},
        {"maybe kind": None},
        {"open": 5},
        {"open": False},
        {"day": "2026-01-31 14:30"},
        {"day": "2026-04-30"},
        {"at": None},
        {"at": "2026-12-31T23:59:59.123456+02:00"},
        {"at": "1999-02-28T00:00Z"},
    ],
)
def test_nearly_all_that_is_fine_decodes(change: dict[str, Any]) -> None:
    assert CHECK(ROW | change).findings == ()
    decoded = decodes(ROW | change)
    assert row_dict(CONTRACT)(decoded) == ROW | change


def test_a_value_that_may_be_missing_may_be_absent() -> None:
    short = {name: value for name, value in ROW.items() if name != "at"}
    assert row_dict(CONTRACT)(decodes(short)) == ROW | {"at": None}


@pytest.mark.parametrize(
    "change",
    [
        {"how far": "12"},
        {"how far": True},
        {"how far": 100.5},
        {"how far": None},
        {"kind": "3"},
        {"kind": 3},
        {"raining?": 1},
        {"more": 1},
        {"day": "2026-02-30"},
    ],
)
def test_what_breaks_the_contract_does_not_decode(change: dict[str, Any]) -> None:
    assert CHECK(ROW | change).findings
    assert decodes(ROW | change) is None


@pytest.mark.parametrize("column", ["id", "late"])
def test_a_column_that_may_be_lacking_holds_one_value(column: str) -> None:
    for value in (5, 5.5, "five", True, None):
        assert row_dict(CONTRACT)(decodes(ROW | {column: value}))[column] == value
    for value in ([5], {"a": 5}, 2**63):
        assert decodes(ROW | {column: value}) is None


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\nb", "\ud800"])
def test_a_name_that_json_escapes_makes_no_type(name: str) -> None:
    assert row_type(Contract((ColumnContract(name, "number"),))) is None


@pytest.mark.parametrize("n_required", [0, 1, 2])
def test_values_are_a_tuple_of_the_required_columns(n_required: int) -> None:
    columns = tuple(ColumnContract(f"n{place}", "number") for place in range(n_required))
    contract = Contract((ColumnContract("id", "text", required=False), *columns))
    row = {f"n{place}": float(place) for place in range(n_required)} | {"id": "one"}
    decoded = msgspec.json.decode(json.dumps(row), type=row_type(contract))
    assert row_values(contract)(decoded) == tuple(range(n_required))
    assert row_dict(contract)(decoded) == row


def test_a_row_cannot_be_changed() -> None:
    decoded = decodes(ROW)
    with pytest.raises(AttributeError):
        decoded.c0 = 1.0
    assert not msgspec.structs.force_setattr(decoded, "c0", 1.0)
