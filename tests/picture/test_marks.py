from __future__ import annotations

import re
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from relevo.picture.marks import marks_above
from relevo.picture.svg import width


def test_no_marks_take_no_room():
    assert marks_above({}, 40.0, 700.0, 24.0, 200.0) == ([], 24.0)


@given(
    st.dictionaries(
        st.floats(40.0, 700.0).map(lambda x: round(x, 1)), st.text("abc ", max_size=20), max_size=12
    )
)
def test_words_neither_touch_nor_leave_the_picture(marks):
    parts, below = marks_above(marks, 40.0, 700.0, 24.0, 200.0)
    texts = [part for part in parts if part.startswith("<text")]
    boxes = []
    for text, (_, what) in zip(texts, sorted(marks.items()), strict=True):
        x, y = (float(re.search(rf'{name}="([\d.]+)"', text)[1]) for name in ("x", "y"))
        boxes.append((x, x + width(what), y))
        assert x >= 40.0
        assert x + width(what) <= 700.1
        assert 24.0 < y < below
    for (start, end, y), (other_start, other_end, other_y) in combinations(boxes, 2):
        assert y != other_y or end <= other_start + 0.1 or other_end <= start + 0.1


def test_a_line_goes_through_no_words_beneath_it():
    marks = {100.0: "an alarm", 110.0: "one that takes long to tell", 190.0: "swap"}
    _, below = marks_above(marks, 40.0, 700.0, 0.0, 200.0)
    assert below == 54.0  # the third has room in the first row, but its line has not in the second


def test_lines_of_words_that_would_touch_are_told_apart_by_rows():
    parts, below = marks_above({100.0: "alarm", 104.0: "swap"}, 40.0, 700.0, 0.0, 200.0)
    assert below == 36.0
    assert sum(part.startswith("<path") for part in parts) == 2
