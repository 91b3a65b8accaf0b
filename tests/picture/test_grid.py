import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from relevo.picture.grid import grid


def _cells(picture, kind):
    return [part for part in ET.fromstring(picture).iter() if part.get("class") == kind]


def test_larger_numbers_are_darker_and_signs_have_their_colours():
    picture = grid(["a", "b"], ["c", "d"], [[2.0, 1.0], [-2.0, None]], title="t", axes=("x", "y"))
    above, below = _cells(picture, "d1"), _cells(picture, "d3")
    assert [float(cell.get("fill-opacity")) for cell in above] == [0.5, 0.25]
    assert len(below) == 1
    texts = [part.text for part in ET.fromstring(picture).iter() if part.text]
    assert {"2.0", "1.0", "−2.0", "–", "x", "y", "a", "d"} <= set(texts)


def test_without_numbers_it_says_so():
    assert "No data" in grid(["a"], ["b"], [[None]], title="t")


@given(st.lists(st.lists(st.floats(), min_size=2, max_size=2), min_size=1, max_size=5))
def test_any_numbers_give_a_picture(values):
    down = [f"row {at}" for at in range(len(values))]
    assert ET.fromstring(grid(["a", "b" * 80], down, values, title="t")).tag.endswith("svg")
