from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.data.conform import conform
from relevo.data.contract import ColumnContract, ColumnType, Contract
from relevo.data.read_value import is_time, read_value

READ = [
    ("12.5", "number", 12.5),
    ("+.5e1", "number", 5.0),
    (" 3. ", "number", 3.0),
    (False, "number", 0.0),
    ("TRUE", "boolean", True),
    ("0", "boolean", False),
    (1.0, "boolean", True),
    (2.5, "category", "2.5"),
    (3, "text", "3"),
    (2.5, "text", "2.5"),
    (False, "text", "false"),
    (" 2026-01-31", "date", "2026-01-31"),
    ("2026-01-31T10:00Z ", "datetime", "2026-01-31T10:00Z"),
]
GUESSES: list[tuple[Any, str]] = [
    ("12,5", "number"),
    ("1_000", "number"),
    ("nan", "number"),
    ("inf", "number"),
    ("1e999", "number"),
    ("0x10", "number"),
    ("٣", "number"),
    ("", "number"),
    ("1" * 1000, "number"),
    ([1], "number"),
    ("yes", "boolean"),
    (2, "boolean"),
    (10**400, "boolean"),
    (float("nan"), "boolean"),
    (float("inf"), "category"),
    (["a"], "category"),
    ({}, "text"),
    ("31/01/2026", "date"),
    (20260131, "date"),
    (None, "datetime"),
]


@pytest.mark.parametrize(("value", "kind", "read"), READ)
def test_what_is_without_doubt_is_read(value: Any, kind: str, read: Any) -> None:
    given_back = read_value(value, kind)
    assert (given_back, type(given_back)) == (read, type(read))


@pytest.mark.parametrize(("value", "kind"), GUESSES)
def test_what_would_be_a_guess_is_missing(value: Any, kind: str) -> None:
    assert read_value(value, kind) is None


@pytest.mark.parametrize("kind", ["number", "boolean"])
@given(text=st.from_regex(r"\A[-+]?[0-9.eE]{0,6}\Z") | st.sampled_from(["True", "false", "1"]))
def test_what_is_read_is_read_alike_in_a_batch(kind: ColumnType, text: str) -> None:
    read = read_value(text, kind)
    if read is not None:
        contract = Contract((ColumnContract("c", kind),))
        assert conform(pl.DataFrame({"c": [text]}), contract)["c"].to_list() == [read]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("2026-01-31", True),
        ("0001-01-01", True),
        ("2026-01-31T10:00:00+02:00", True),
        ("2026-02-30", False),
        ("9999-12-31T23:59:59-14:00", False),
        ("now", False),
    ],
)
def test_a_time_is_in_the_calendar(text: str, is_one: bool) -> None:
    assert is_time(text) is is_one
