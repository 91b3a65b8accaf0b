from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.errors import DataMistake
from relevo.validate.target.margin import Margin
from relevo.validate.target.population import population


def codes(values, shares):
    return Margin.of(pl.Series("age", values), shares).codes.tolist()


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ({">65": 0.18}, [1, 1, 1, 1, 0]),
        ({">= 65": 0.2}, [1, 1, 1, 0, 0]),
        ({"65+": 0.2}, [1, 1, 1, 0, 0]),
        ({"< 18": 0.2, "18-64": 0.6, "65+": 0.2}, [0, 1, 1, 2, 2]),
        ({"<=17": 0.2, "18–65": 0.6, "> 65": 0.2}, [0, 1, 1, 1, 2]),
        ({"17": 0.1, "> 17": 0.9}, [0, 1, 1, 1, 1]),
        ({"0 to 30": 0.4, "30 to 99": 0.6}, [0, 0, 1, 1, 1]),
    ],
)
def test_ranges_of_numbers(shares, expected):
    assert codes([17, 18, 30, 65, 70], shares) == expected


def test_between_two_whole_ranges_a_number_belongs_to_the_lower():
    assert codes([30.0, 30.5, 31.0], {"18-30": 0.5, "31-65": 0.5}) == [0, 0, 1]


def test_negative_ends_and_missing_values():
    assert codes([-5.0, -1.0, 3.0, None], {"-10--2": 0.3, "-2-0": 0.3, "> 0": 0.4}) == [0, 1, 2, 3]


def test_words_that_look_like_ranges_stay_categories():
    assert codes(["18-30", "65+", "18-30"], {"18-30": 0.4, "65+": 0.6}) == [0, 1, 0]


def test_whole_keys_of_a_file_find_numbers_and_booleans():
    assert codes([1.0, 2.0], {"1": 0.5, "2": 0.5}) == [0, 1]
    assert codes([True, False], {"true": 0.4, "false": 0.6}) == [0, 1]


def test_the_weights_meet_ranges_exactly():
    age = np.random.default_rng(0).uniform(18, 90, 400)
    found = population({"age": age}, None, margins={"age": {">65": 0.18}})
    assert np.average(age > 65, weights=found.weights) == pytest.approx(0.18, abs=1e-8)
    (column,) = found.columns
    assert column.size == pytest.approx(abs((age > 65).mean() - 0.18))
    assert column.remaining == pytest.approx(0, abs=1e-8)
    assert found.state == "margins"


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize(
    ("shares", "key"),
    [
        ({"> 65": 0.2, "old": 0.8}, "no_range"),
        ({"30-18": 1.0}, "no_range"),
        ({"18-40": 0.5, "30-60": 0.5}, "ranges_overlap"),
        ({"< 40": 0.5, "> 30": 0.5}, "ranges_overlap"),
        ({"< 40": 0.6, ">= 40": 0.6}, "bad_shares"),
        ({"< 40": 0.3, ">= 40": 0.3}, "bad_shares"),
        ({"> 1000": 1.0}, "margins_contradict"),
    ],
)
def test_mistakes(shares, key, lang):
    with pytest.raises(DataMistake) as caught:
        population({"age": list(range(18, 90))}, None, margins={"age": shares})
    assert caught.value.key == f"population.{key}"
    assert all(caught.value.parts(lang).values())
