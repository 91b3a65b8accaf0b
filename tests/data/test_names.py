from __future__ import annotations

from relevo.data.names import check_names


def test_names(refused) -> None:
    check_names(["a", "A", "b"], "rows")
    refused("data.duplicate_name", check_names, ["a", "b", "a"], "rows", shown=("rows", "a"))
    refused("data.empty_name", check_names, ["a", " "], "rows", shown=("rows", 2))
    refused("data.name_not_text", check_names, ["a", 7], "rows", shown=("rows", 7, 2))
