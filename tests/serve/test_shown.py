from __future__ import annotations

from typing import Any

import pytest

from relevo.serve.shown import shown


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


def test_what_is_shown_is_short() -> None:
    assert shown(None) == "None"
    assert shown([3, -1]) == "[3, -1]"
    assert shown("x" * 1000) == "x" * 80


@pytest.mark.parametrize("value", [[10**5000], nested(100_000)], ids=["long", "deep"])
def test_what_cannot_be_written_is_named(value: Any) -> None:
    assert shown(value) == "list"
