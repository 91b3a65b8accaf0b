from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from relevo.data.contract import ColumnContract, Contract
from relevo.data.row_check import compile_row_check
from relevo.serve.example_row import example_row

numbers = st.floats(-1e12, 1e12)
ranges = st.lists(numbers, min_size=4, max_size=4).map(sorted)
number_columns = ranges.map(
    lambda four: ColumnContract("n", "number", low=four[0], high=four[3], level=(four[1], four[2]))
)
others = st.sampled_from(
    [
        ColumnContract("n", "number"),
        ColumnContract("c", "category", categories=("b", "a")),
        ColumnContract("c", "category"),
        ColumnContract("t", "text"),
        ColumnContract("b", "boolean"),
        ColumnContract("d", "date"),
        ColumnContract("m", "datetime", missing=0.5),
        ColumnContract("late", "category", required=False),
    ]
)


@given(number_columns | others)
def test_it_keeps_the_contract(column: ColumnContract) -> None:
    contract = Contract((column,), unseen="refuse")
    assert compile_row_check(contract)(example_row(contract)).findings == ()
