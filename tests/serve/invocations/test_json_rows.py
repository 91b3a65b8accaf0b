from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.data.contract import ColumnContract, Contract
from relevo.serve.invocations.json_rows import json_rows
from relevo.serve.refusal import Refusal

CONTRACT = Contract((ColumnContract("a", "number"), ColumnContract("b", "category")))
ONE = Contract((ColumnContract("a", "number"), ColumnContract("id", "category", required=False)))
ROWS = [{"a": 1, "b": "x"}, {"a": 2.5, "b": None}]
LISTS = [[1, "x"], [2.5, None]]


def read(value: Any, contract: Contract = CONTRACT) -> list[dict[str, Any]]:
    return json_rows(json.dumps(value).encode(), contract, most_rows=3)


@pytest.mark.parametrize(
    "value",
    [
        {"dataframe_split": {"columns": ["a", "b"], "index": [0, 1], "data": LISTS}},
        {"dataframe_split": {"data": LISTS}},
        {"dataframe_records": ROWS},
        {"instances": ROWS},
        {"instances": LISTS},
        {"inputs": {"a": [1, 2.5], "b": ["x", None]}},
        {"inputs": {"a": [[1], [2.5]], "b": [["x"], [None]]}},
        {"inputs": ROWS},
        {"inputs": LISTS},
        {"inputs": LISTS, "params": {"temperature": 1}, "whatever": 3},
        {"dataframe_records": [ROWS[0], {"a": 2.5, "b": float("nan")}]},
    ],
)
def test_every_form_gives_the_rows(value: Any) -> None:
    assert read(value) == ROWS


def test_one_row_may_come_without_lists() -> None:
    assert read({"inputs": ROWS[0]}) == ROWS[:1]


def test_one_column_may_come_without_lists() -> None:
    assert read({"instances": [1, [2.5]]}, ONE) == [{"a": 1}, {"a": 2.5}]


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (ROWS, "invocations.form"),
        ({}, "invocations.form"),
        (7, "invocations.form"),
        ({"rows": ROWS}, "invocations.form"),
        ({"instances": ROWS, "inputs": ROWS}, "invocations.form"),
        ({"dataframe_split": LISTS}, "invocations.split"),
        ({"dataframe_split": {"columns": ["a", "b"]}}, "invocations.split"),
        ({"dataframe_split": {"columns": ["a", "a"], "data": LISTS}}, "invocations.split"),
        ({"dataframe_split": {"columns": [0, 1], "data": LISTS}}, "invocations.split"),
        ({"dataframe_split": {"columns": "ab", "data": LISTS}}, "invocations.split"),
        ({"dataframe_split": {"columns": ["a"], "data": {}}}, "invocations.split"),
        ({"dataframe_split": {"data": LISTS, "types": []}}, "invocations.split"),
        ({"dataframe_split": {"columns": ["a"], "data": LISTS}}, "invocations.width"),
        ({"dataframe_split": {"data": [1, 2]}}, "invocations.width"),
        ({"dataframe_split": {"data": []}}, "serve.wrong_count"),
        ({"dataframe_records": {"a": [1]}}, "invocations.list"),
        ({"dataframe_records": LISTS}, "invocations.record"),
        ({"dataframe_records": []}, "serve.wrong_count"),
        ({"dataframe_records": ROWS * 2}, "serve.wrong_count"),
        ({"instances": ROWS[0]}, "invocations.list"),
        ({"instances": [ROWS[0], [1, "x"]]}, "invocations.record"),
        ({"instances": [[1, "x"], ROWS[0]]}, "invocations.width"),
        ({"instances": None}, "invocations.list"),
        ({"instances": [[1, "x", 3]]}, "invocations.width"),
        ({"inputs": "x"}, "invocations.list"),
        ({"inputs": {"a": [1, 2], "b": "x"}}, "invocations.column"),
        ({"inputs": {"a": [1, 2], "b": ["x"]}}, "invocations.unequal"),
        ({"inputs": {"a": [], "b": []}}, "serve.wrong_count"),
        ({"inputs": {"a": [1] * 4}}, "serve.wrong_count"),
    ],
)
def test_what_is_wrong_is_said(value: Any, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(value)
    assert refused.value.status == 422
    assert refused.value.mistake.key == key
    assert all(refused.value.mistake.parts("es").values())


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["a", "b", "columns", "data", "index"]), inner)
    ),
    max_leaves=12,
)
forms = st.sampled_from(["dataframe_split", "dataframe_records", "instances", "inputs"])


@given(value=st.dictionaries(forms, values, min_size=1, max_size=1) | values, one=st.booleans())
def test_any_value_gives_rows_or_a_refusal(value: Any, one: bool) -> None:
    with suppress(Refusal):
        rows = read(value, ONE if one else CONTRACT)
        assert 0 < len(rows) <= 3
        assert all(isinstance(row, dict) for row in rows)
