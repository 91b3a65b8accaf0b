from __future__ import annotations

import pytest

from relevo.data.names import check_names, nearest_name


def test_names(refused) -> None:
    check_names(["a", "A", "b"], "rows")
    refused("data.duplicate_name", check_names, ["a", "b", "a"], "rows", shown=("rows", "a"))
    refused("data.empty_name", check_names, ["a", " "], "rows", shown=("rows", 2))
    refused("data.name_not_text", check_names, ["a", 7], "rows", shown=("rows", 7, 2))


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("distnce", "distance"),
        ("LIMA", "Lima"),
        ("Day", "day"),
        ("zzz", ""),
        ("", ""),
        ("distance" * 20, ""),
    ],
)
def test_the_nearest_name(name: str, nearest: str) -> None:
    assert nearest_name(name, ["distance", "day", "Lima", "distance" * 20]) == nearest
