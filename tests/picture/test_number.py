import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.picture.number import number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-3, "−3"),
        (1500.0, "1500"),
        (336776, "336\u202f776"),
        (-1234567.5, "−1\u202f234\u202f568"),
        (0.30000000000000004, "0.3"),
        (99.996, "100"),
        (12345.678, "12\u202f346"),
        (0.00001234, "1.234e−05"),
        (None, "–"),
        (math.nan, "–"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
    ],
)
def test_a_figure_as_people_read_it(value, text):
    assert number(value) == text


@given(st.floats(-1e300, 1e300))
def test_four_digits_keep_the_value_to_a_thousandth(value):
    read = float(number(value).replace("−", "-").replace("\u202f", ""))
    assert read == pytest.approx(value, rel=1e-3)
