"""The key of a value, the same one everywhere."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from relevo.prepare.key import Key, key_of, keys_of

VALUES = st.lists(st.one_of(st.none(), st.text(max_size=8)), min_size=1, max_size=30)


@given(VALUES)
def test_a_column_has_the_keys_of_its_values(values: list[str | None]) -> None:
    column = pl.Series("c", values, dtype=pl.String)
    encode = Key("c").row()
    found = keys_of(column)
    assert found.tolist() == [key_of(value) for value in values]
    assert found.tolist() == [encode(value)[0] for value in values]
    assert all(key == int(key) < 2**53 for key in found)


def test_numbers_and_truth_values_are_named_as_they_are_written() -> None:
    assert keys_of(pl.Series([3, None])).tolist() == [key_of("3"), 0.0]
    assert keys_of(pl.Series([3.0, 2.5])).tolist() == [key_of(3), key_of(2.5)]
    assert keys_of(pl.Series([True])).tolist() == [key_of(True)]


def test_the_key_is_the_same_in_another_process() -> None:
    code = "from relevo.prepare.key import key_of; print(key_of('Perú'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) == key_of("Perú")


def test_a_hundred_thousand_names_have_as_many_keys() -> None:
    names = pl.Series([f"shop {number}" for number in range(100_000)])
    assert len(np.unique(keys_of(names))) == 100_000
