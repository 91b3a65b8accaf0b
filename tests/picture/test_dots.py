from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from relevo.picture.dots import dots

NAMES = ("before", "after")


def circles(svg):
    return [one.attrib for one in ElementTree.fromstring(svg).iter() if one.tag.endswith("circle")]


def test_a_hollow_and_a_full_dot_per_name_on_one_scale():
    svg = dots(["a", "b"], [0.5, 0.2], [0.1, 0.2], title="t", names=NAMES, limit=0.1)
    legend, rows = circles(svg)[:2], circles(svg)[2:]
    assert [one["class"] for one in legend] == ["s1", "d1"]
    places = [float(one["cx"]) for one in rows]
    assert places[0] > places[2] == places[3] > places[1]
    assert rows[0]["cy"] == rows[1]["cy"] != rows[2]["cy"]


def test_what_is_missing_has_no_dot():
    assert len(circles(dots(["a"], [None], [float("nan")], title="t", names=NAMES))) == 2
    assert "<circle" not in dots([], [], [], title="t", names=NAMES)


def test_names_are_escaped():
    assert "<b>" not in dots(["<b>"], [1.0], [0.0], title="t", names=NAMES)
