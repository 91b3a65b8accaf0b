import math
import re
import xml.etree.ElementTree as ET

import pytest

from relevo.picture.waterfall import waterfall

SVG = "{http://www.w3.org/2000/svg}"


def _bars(picture):
    """Class, start and end of each bar, in pixels."""
    return [
        (path.get("class"), *map(float, re.match(r"M(\S+) \S+H(.+?)v", path.get("d")).groups()))
        for path in ET.fromstring(picture).iter(f"{SVG}path")
        if path.get("class") in ("d1", "d2", "d3")
    ]


def test_each_step_begins_where_the_last_one_ended():
    picture = waterfall(["up", "down"], [3.0, -1.0], start=("base", 1.0), end="sum", title="t")
    base, up, down, total = _bars(picture)
    assert [bar[0] for bar in (base, up, down, total)] == ["d2", "d3", "d1", "d2"]
    assert base[2] == up[1]
    assert up[2] == down[2]  # down goes back from there
    assert down[1] == total[2]
    assert total[1] == base[1]
    # Pixels have one decimal.
    assert up[2] - up[1] == pytest.approx(3 * (down[2] - down[1]), abs=0.4)


def test_signs_are_written_and_the_sum_is_the_sum():
    picture = waterfall(["a", "b"], [0.5, -0.2], start=("base", -1.0), end="sum", title="t")
    for text in ("+0.5", "−0.2", "−1", "−0.7"):
        assert f">{text}<" in picture


def test_long_labels_broken_numbers_and_nothing_are_drawn_too():
    picture = ET.fromstring(
        waterfall(["x" * 200], [math.nan], start=("base", 0.0), end="sum", title="t")
    )
    assert any(len(text) and text[0].text == "x" * 200 for text in picture.iter(f"{SVG}text"))
    assert len(_bars(waterfall([], [], start=("base", 0.0), end="sum", title="t"))) == 2
