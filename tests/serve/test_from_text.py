from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.serve.from_text import from_text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-7", -7),
        ("+7", 7),
        ("12345678901234567890", 12345678901234567890),
        ("1e3", 1000.0),
        ("NaN", None),
        ("inf", float("inf")),
        ("9" * 400, float("inf")),
        ("far", "far"),
        ("1_000", "1_000"),
        ("١٢", "١٢"),
        ("1,5", "1,5"),
    ],
)
def test_numbers(text: str, value: Any) -> None:
    read = from_text(text, "number")
    assert read == value
    assert type(read) is type(value)


@given(value=st.floats(allow_nan=False) | st.integers(-(10**299), 10**299))
def test_a_number_that_was_written_comes_back(value: float) -> None:
    assert from_text(repr(value), "number") == value


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("False", False), ("1", True), ("0", False), ("yes", "yes")]
)
def test_true_and_false(text: str, value: Any) -> None:
    assert from_text(text, "boolean") == value


@given(text=st.text(), kind=st.sampled_from(["category", "text", "date", "datetime"]))
def test_other_columns_hold_text(text: str, kind: Any) -> None:
    assert from_text(text, kind) == text
