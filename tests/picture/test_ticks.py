import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.picture.ticks import decades, scale, ticks


@given(st.floats(-1e6, 1e6), st.floats(1e-2, 1e9))
def test_marks_cover_the_range_at_equal_round_steps(low, spread):
    marks = ticks(low, low + spread)
    step = marks[1] - marks[0]
    assert marks[0] <= low + 1e-6 * step
    assert marks[-1] >= low + spread - 1e-6 * step
    assert 3 <= len(marks) <= 8
    mantissa = step / 10 ** math.floor(math.log10(step) + 1e-3)
    assert (
        min(abs(mantissa - round_one) for round_one in (1, 2, 2.5, 5, 10)) < 0.01
    )  # marks near 1e6 carry a step of 1e-3 to 1e-7


def test_a_range_without_width_gets_one():
    assert ticks(5, 5)[0] < 5 < ticks(5, 5)[-1]
    assert ticks(0, 0)[0] < 0 < ticks(0, 0)[-1]


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([0, 1], ("0.0", "0.2", "0.4", "0.6", "0.8", "1.0")),
        ([0, 1.2], ("0.00", "0.25", "0.50", "0.75", "1.00", "1.25")),
        ([-20, 30], ("−20", "−10", "0", "10", "20", "30")),
        (
            [0, 90000],
            ("0", "20\u202f000", "40\u202f000", "60\u202f000", "80\u202f000", "100\u202f000"),
        ),
    ],
)
def test_labels_have_the_same_decimals(values, labels):
    assert scale(values).labels == labels


def test_zero_is_held_when_asked_and_what_is_not_finite_is_not():
    axis = scale([8, 9, math.inf, math.nan], zero=True)
    assert (axis.low, axis.high) == (0.0, 10.0)


def test_values_fall_on_pixels_in_proportion():
    axis = scale([0, 10]).to(100, 0)
    assert axis(0) == 100
    assert axis(5) == 50
    assert axis(10) == 0


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([0.3, 42.0], ("0.2", "0.5", "1", "2", "5", "10", "20", "50")),
        ([0.02, 90_000.0], ("0.01", "0.1", "1", "10", "100", "1000", "10 000", "100 000")),
        ([5.0], ("5", "10")),
        ([7.0, 7.5, 0.0, -3.0, math.nan], ("5", "10")),
        ([], ("1", "2")),
    ],
)
def test_decades_are_marked_at_round_numbers_around_the_values(values, labels):
    axis = decades(values)
    assert (
        tuple(label.replace("\u202f", " ").replace("\xa0", " ") for label in axis.labels) == labels
    )


def test_equal_ratios_lie_equally_far_apart():
    axis = decades([1.0, 1000.0]).to(0.0, 300.0)
    assert [axis(value) for value in (1.0, 10.0, 100.0, 1000.0)] == pytest.approx(
        [0.0, 100.0, 200.0, 300.0]
    )
