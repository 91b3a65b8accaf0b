from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.data.category_text import category_text, category_texts


@pytest.mark.parametrize("values", [[3.0, 2.5], [3, -1], [True, False], ["3", "3.0", "a"]])
def test_a_value_is_written_as_in_a_column(values: list[object]) -> None:
    assert category_texts(pl.Series(values)).to_list() == [category_text(one) for one in values]


@given(st.integers(-(10**9), 10**9))
def test_a_whole_number_has_one_text_whatever_its_type(number: int) -> None:
    assert category_text(number) == category_text(float(number)) == str(number)
    assert category_texts(pl.Series([float(number)])).to_list() == [str(number)]
