from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from relevo.validate.groups.groups import Groups
from relevo.words import use_language


@pytest.fixture(autouse=True)
def english():
    use_language("en")
    yield
    use_language(None)


def test_numbers_by_quartile_and_missing_apart():
    ages = pl.Series("age", [None, *range(20, 60)])
    found = Groups.of(ages)
    assert found.names == (
        "age ≤ 29",
        "29 < age ≤ 39",
        "39 < age ≤ 49",
        "age > 49",
        "age is missing",
    )
    assert found.rows.tolist() == [10, 10, 10, 10, 1]


def test_few_values_and_words_are_groups_of_their_own():
    assert Groups.of(pl.Series("n", [1, 1, 2])).names == ("n = 1", "n = 2")
    assert Groups.of(pl.Series("b", [True, None, True])).names == ("b = true", "b is missing")
    assert Groups.of(pl.Series("all", [7.0] * 30)).names == ("all = 7",)


def test_days_by_quartile():
    days = pl.Series("day", [date(2025, 1, 1 + at) for at in range(20)])
    names = Groups.of(days).names
    assert names[0] == "day ≤ 2025-01-05"
    assert names[-1] == "day > 2025-01-15"


def test_small_groups_are_put_together_and_named():
    column = pl.Series("city", ["a"] * 60 + ["b"] * 50 + ["c"] * 3 + ["d"] * 2)
    found = Groups.of(column).pooled(30)
    assert found.names == ("city = a", "city = b", "other values of city")
    assert found.rows.tolist() == [60, 50, 5]
    assert found.too_small == ("city = c", "city = d")


def test_of_very_many_the_largest_stay():
    labels = np.repeat(np.arange(80), 40)
    found = Groups.of_labels("site", labels).pooled(30)
    assert len(found.names) == 51
    assert found.rows[-1] == 30 * 40


def test_numbers_that_are_names_are_categories():
    school = pl.Series("school", [at % 20 for at in range(100)])
    assert len(Groups.of(school).names) == 4
    assert len(Groups.of(school, category=True).names) == 20
