from __future__ import annotations

from typing import Any

import pytest

from relevo.serve.keys import key_text


@pytest.mark.parametrize(
    ("value", "expected"),
    [("f1", "f1"), (17, "17"), (17.0, "17"), (1.5, "1.5"), (" ", " "), ("x" * 500, "x" * 500)],
)
def test_names(value: Any, expected: str) -> None:
    assert key_text(value) == expected


@pytest.mark.parametrize("value", [None, True, "", "a\0b", "x" * 501, [], {}])
def test_what_names_nothing(value: Any) -> None:
    assert key_text(value) is None
