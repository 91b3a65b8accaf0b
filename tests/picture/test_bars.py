import math
import re
import xml.etree.ElementTree as ET

import pytest

from relevo.picture.bars import bars
from relevo.words import use_language

SVG = "{http://www.w3.org/2000/svg}"


def _spans(picture):
    """Start and end of each bar, in pixels."""
    return [
        tuple(map(float, re.match(r"M(\S+) \S+H(.+?)v", path.get("d")).groups()))
        for path in ET.fromstring(picture).iter(f"{SVG}path")
        if path.get("class") in ("bar", "soft")
    ]


def test_lengths_are_in_proportion_and_negative_bars_go_left():
    one, two, minus = _spans(bars(["a", "b", "c"], [1.0, 2.0, -1.0], title="t"))
    zero = one[0]
    assert two[0] == minus[1] == zero
    assert two[1] - zero == pytest.approx(2 * (one[1] - zero), abs=0.2)  # pixels have one decimal
    assert zero - minus[0] == pytest.approx(one[1] - zero, abs=0.2)


def test_intervals_and_references_are_drawn_inside_the_picture():
    picture = bars(["a", "b"], [1.0, 2.0], [(0.5, 9.0), None], title="t", reference=[3.0, None])
    kinds = [path.get("class") for path in ET.fromstring(picture).iter(f"{SVG}path")]
    assert kinds.count("error") == 1
    assert kinds.count("mark") == 1
    assert all(0 <= x <= 480 for x in map(float, re.findall(r"M(\S+) ", picture)))


def test_values_that_are_not_there_leave_a_gap():
    picture = bars(["a", "b", "c"], [1.0, None, math.nan], title="t")
    assert len(_spans(picture)) == 1
    assert picture.count(">–<") == 2


def test_long_labels_are_cut_and_all_texts_stay_inside():
    picture = ET.fromstring(bars(["x" * 200], [0.5], title="t"))
    (title,) = (text[0].text for text in picture.iter(f"{SVG}text") if len(text))
    assert title == "x" * 200


def test_zeros_and_nothing_are_drawn_too():
    assert len(_spans(bars(["a"], [0.0], title="t"))) == 1
    use_language("es")
    try:
        assert "Sin datos" in bars([], [], title="t")
    finally:
        use_language(None)
