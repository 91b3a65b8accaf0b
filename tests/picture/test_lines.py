import math
import re
import xml.etree.ElementTree as ET
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from relevo.picture.lines import lines
from relevo.picture.svg import width

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = [f"2013-{month:02d}" for month in range(1, 13)]


def _of(picture, kind):
    return [part for part in ET.fromstring(picture).iter() if part.get("class") == kind]


def test_a_gap_breaks_the_line_and_a_lone_point_stays():
    values = [1.0, 2.0, None, 3.0, math.nan, *[4.0] * 7]
    picture = lines(MONTHS, {"loss": values}, title="t")
    assert len(_of(picture, "s1")) == 2
    assert len(_of(picture, "d1")) == 10


def test_two_series_have_a_legend_and_one_has_none():
    two = {"renewed": [1.0] * 12, "never <b>": [2.0] * 12}
    names = [text.text for text in _of(lines(MONTHS, two, title="t"), "tick")]
    assert {"renewed", "never <b>"} <= set(names)
    one = [text.text for text in _of(lines(MONTHS, {"loss": [1.0] * 12}, title="t"), "tick")]
    assert "loss" not in one


def test_higher_values_stand_higher_and_bands_are_drawn():
    bands = {"loss": [(0.0, 13.0)] * 11 + [None]}
    picture = lines(MONTHS, {"loss": list(range(1, 13))}, bands, title="t", axis="log loss")
    heights = [float(point.get("cy")) for point in _of(picture, "d1")]
    assert heights == sorted(heights, reverse=True)
    assert len(_of(picture, "b1")) == 1
    assert "log loss" in picture


@given(st.lists(st.text("abcdefghij0123456789-", min_size=1, max_size=14), min_size=2, max_size=60))
def test_labels_never_touch(labels):
    picture = lines(labels, {"a": [1.0] * len(labels)}, title="t")
    shown = [text for text in _of(picture, "tick") if text.get("text-anchor") == "middle"]
    ends = [
        (float(text.get("x")) - width(text.text) / 2, float(text.get("x")) + width(text.text) / 2)
        for text in shown
    ]
    assert all(end < start for (_, end), (start, _) in pairwise(ends))
    assert ends[0][0] >= -1
    assert ends[-1][1] <= 721


@given(st.lists(st.floats(), min_size=1, max_size=12))
def test_any_values_give_a_picture(values):
    picture = lines(MONTHS[: len(values)], {"a": values}, title="t")
    assert not re.search(r"nan|inf", picture)
    ET.fromstring(picture)


def test_equal_ratios_are_equal_steps_and_what_has_none_breaks_the_line():
    values = [1.0, 10.0, 100.0, 0.0, -5.0, 1000.0, *[None] * 6]
    bands = {"cost": [(0.5, 2.0), (0.0, 20.0), *[None] * 10]}
    picture = lines(MONTHS, {"cost": values}, bands, title="t", ratios=True)
    heights = [float(point.get("cy")) for point in _of(picture, "d1")]
    steps = [before - after for before, after in pairwise(heights)]
    assert len(heights) == 4
    assert max(steps) - min(steps) < 0.2
    assert {"1", "10", "100", "1000"} <= {text.text for text in _of(picture, "tick")}


@given(st.lists(st.floats(), min_size=2, max_size=40))
def test_any_values_give_a_picture_of_ratios(values):
    ET.fromstring(lines(list(map(str, values)), {"a": values}, title="t", ratios=True))


def test_no_values_at_all_are_said():
    assert "path" not in lines(MONTHS, {"a": [None] * 12}, title="t")
    assert "path" not in lines([], {}, title="t")


def test_of_many_values_only_the_line_is_drawn():
    labels = [f"{minute}" for minute in range(300)]
    picture = lines(labels, {"price": [1.0] * 300}, title="t")
    assert len(_of(picture, "s1")) == 1
    assert not _of(picture, "d1")


def test_a_mark_stands_at_its_label_through_the_whole_plot():
    picture = lines(MONTHS, {"loss": range(12)}, marks={3: "a storm", 7: "new <b>"}, title="t")
    points = [point.get("cx") for point in _of(picture, "d1")]
    for at, mark in zip((3, 7), _of(picture, "moment"), strict=True):
        assert mark.get("d").startswith(f"M{points[at]} ")
    heights = [float(point.get("cy")) for point in _of(picture, "d1")]
    for mark in _of(picture, "moment"):
        start, end = (float(one.split()[1]) for one in mark.get("d")[1:].split("L"))
        assert start < min(heights) < max(heights) < end + 1
    assert {"a storm", "new <b>"} <= {text.text for text in _of(picture, "label")}
