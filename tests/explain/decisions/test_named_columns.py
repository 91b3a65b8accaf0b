from __future__ import annotations

import pytest

from relevo.errors import ProblemMistake
from relevo.explain.decisions.named_columns import check_named_columns, unknown_columns
from relevo.problem.problem import Explain


def test_columns_that_exist_are_let_through() -> None:
    explain = Explain(phrases={"age": "your age"}, immutable=("sex",), only_rises=("age",))
    check_named_columns(explain, ["age", "sex"])
    assert unknown_columns(explain, ["age", "sex"]) == {}


@pytest.mark.parametrize("key", ["not_reasons", "immutable", "only_rises", "only_falls"])
def test_a_column_that_does_not_exist_is_named_with_the_nearest(key: str) -> None:
    with pytest.raises(ProblemMistake) as told:
        check_named_columns(Explain(**{key: ("incme",)}), ["income", "age"])
    parts = told.value.parts("en")
    assert "incme" in parts["came"]
    assert key in parts["todo"]
    assert "income" in parts["todo"]


def test_phrases_of_no_column_are_named_too() -> None:
    with pytest.raises(ProblemMistake, match="phrases"):
        check_named_columns(Explain(phrases={"salary": "your salary"}), ["income"])
