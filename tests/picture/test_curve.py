import math
import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from relevo.picture.curve import curve


def _of(picture, kind):
    return [part for part in ET.fromstring(picture).iter() if part.get("class") == kind]


def _points(path):
    return [tuple(map(float, one.split())) for one in path.get("d")[1:].rstrip("Z").split("L")]


def test_points_lie_where_their_numbers_are():
    (line,) = _of(curve([0, 1, 10], {"a": [0.0, 5.0, 10.0]}, title="t"), "s1")
    (x0, y0), (x1, y1), (x2, y2) = _points(line)
    assert math.isclose((x1 - x0) / (x2 - x0), 0.1, abs_tol=0.001)
    assert y0 > y1 > y2


def test_a_gap_breaks_the_line_and_a_lone_point_is_a_dot():
    picture = curve([1, 2, 3, 4, 5], {"a": [1.0, 2.0, None, math.nan, 3.0]}, title="t")
    assert len(_of(picture, "s1")) == 1
    assert len(_of(picture, "d1")) == 1


def test_the_band_lies_around_its_line_and_infinite_ends_are_left_out():
    bands = {"a": [(0.0, 2.0), (1.0, 3.0), (-math.inf, math.inf)]}
    picture = curve([1, 2, 3], {"a": [1.0, 2.0, 3.0]}, bands, title="t")
    (shade,), (line,) = _of(picture, "b1"), _of(picture, "s1")
    assert len(_points(shade)) == 4
    top, _, _, bottom = (y for _, y in _points(shade))
    assert top < _points(line)[0][1] < bottom


def test_strokes_stand_on_the_axis_and_names_in_the_legend():
    series = {"one": [1.0, 2.0], "two <b>": [2.0, 3.0]}
    picture = curve([1, 2], series, title="t", axes=("x", "y"), rug=[1.5, math.nan, 99.0])
    texts = [part.text for part in ET.fromstring(picture).iter() if part.text]
    assert {"one", "two <b>", "x", "y"} <= set(texts)
    assert len(_of(picture, "axis")) == 1


@given(st.lists(st.tuples(st.floats(), st.floats()), min_size=1, max_size=8))
def test_any_numbers_give_a_picture(points):
    xs, ys = zip(*sorted(points, key=lambda pair: pair[0]), strict=True)
    assert ET.fromstring(curve(xs, {"a": ys}, title="t")).tag.endswith("svg")
