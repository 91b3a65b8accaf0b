import math
from datetime import date, datetime, time, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.data.profile_column import column_profiles


def of(values, dtype=None):
    (found,) = column_profiles(pl.DataFrame({"x": pl.Series(values, dtype=dtype)}))
    return found


@pytest.mark.parametrize(
    ("values", "dtype", "kind"),
    [
        ([None, None], None, "empty"),
        ([math.nan, None], pl.Float64, "empty"),
        ([], pl.String, "empty"),
        ([1, 1], None, "constant"),
        (["a", "a"], None, "constant"),
        (["a", None], None, "category"),
        ([True, False], None, "boolean"),
        ([1, 2], None, "integer"),
        ([1.0, 2.0, math.nan], None, "integer"),
        ([1.0, 2.5], None, "number"),
        ([1, 2], pl.Decimal(10, 2), "integer"),
        ([timedelta(1), timedelta(2)], None, "number"),
        ([date(2024, 1, 1), date(2024, 1, 2)], None, "date"),
        ([datetime(2024, 1, 1), datetime(2024, 1, 2)], None, "datetime"),
        ([time(1), time(2)], None, "category"),
        (["a", "b"], pl.Categorical, "category"),
        (["a", "b"], pl.Enum(["a", "b"]), "category"),
        (
            ["a line of more than forty characters, number " + str(n) for n in range(9)],
            None,
            "text",
        ),
        (["a line of more than forty characters, the same"] * 8 + ["b"], None, "category"),
        ([[1], [2]], None, "other"),
        ([{"a": 1}, {"a": 2}], None, "other"),
        ([b"a", b"b"], None, "other"),
        ([object(), object()], pl.Object, "other"),
    ],
)
def test_what_a_column_holds(values, dtype, kind):
    assert of(values, dtype).kind == kind


def test_statistics_are_those_of_the_finite_values():
    values = np.random.default_rng(0).normal(3, 2, 1000)
    found = of([*values, math.inf, -math.inf, math.nan, None])
    assert (found.rows, found.missing, found.infinite, found.distinct) == (1004, 2, 2, 1002)
    assert found.missing_share == 2 / 1004
    assert found.numbers.mean == pytest.approx(values.mean())
    assert found.numbers.deviation == pytest.approx(values.std(ddof=1))
    quartiles = (found.numbers.lower_quartile, found.numbers.median, found.numbers.upper_quartile)
    assert quartiles == pytest.approx(np.quantile(values, [0.25, 0.5, 0.75]))
    assert (found.numbers.low, found.numbers.high) == (values.min(), values.max())


@given(st.lists(st.one_of(st.none(), st.floats(), st.floats(-5, 5), st.integers(-9, 9).map(float))))
def test_bins_count_every_finite_value_once(values):
    found = of(values, pl.Float64)
    finite = sum(value is not None and math.isfinite(value) for value in values)
    if found.histogram:
        assert sum(found.histogram.counts) == finite
        assert len(found.histogram.edges) == len(found.histogram.counts) + 1 <= 21
        assert all(np.diff(found.histogram.edges) > 0)


def test_each_bin_of_whole_numbers_holds_as_many():
    assert of([3, 4, 4, 6]).histogram.counts == (1, 2, 0, 1)
    assert set(of(list(range(60))).histogram.counts) == {3}


def test_one_far_value_does_not_flatten_the_picture():
    values = [*np.linspace(0.1, 1, 100), 1e6]
    histogram = of(values).histogram
    assert histogram.edges[-1] < 10
    assert sum(count > 0 for count in histogram.counts) > 4


def test_the_most_frequent_values_come_first_and_the_rarest_is_known():
    values = [letter for at, letter in enumerate("abcdefghijkl") for _ in range(12 - at)]
    found = of(values)
    assert found.top[0] == ("a", 12)
    assert len(found.top) == 10
    assert found.rarest == ("l", 1)
    assert of([0.0, 1.0, 1.0]).top == (("1", 2), ("0", 1))
    assert of(list(range(50))).top == ()


def test_dates_have_a_span_and_a_spread():
    found = of([date(2024, 1, 1), None, date(2024, 12, 31)])
    assert found.span == ("2024-01-01", "2024-12-31")
    assert sum(found.histogram.counts) == 2
    zoned = pl.Series([datetime(2024, 7, 1)]).dt.replace_time_zone("Europe/Madrid")
    assert of(zoned).span[0].startswith("2024-07-01 00:00:00")


def test_facts_are_those_of_the_column():
    facts = of(["a", "a", "b", None]).facts()
    assert (facts.kind, facts.rows, facts.distinct, facts.missing) == ("category", 4, 2, 1)
    assert facts.examples == ("a", "b")
    assert facts.rarest == ("b", 1)
