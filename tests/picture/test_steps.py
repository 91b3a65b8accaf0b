from __future__ import annotations

from xml.etree import ElementTree

from relevo.picture.scatter import scatter
from relevo.picture.steps import steps


def test_steps_are_drawn_with_their_shade_and_rows() -> None:
    svg = steps(
        [0.0, 1.0, 3.0], [-1.0, 2.0], [(-2.0, 0.0), (1.0, 3.0)],
        title="a <b>", axes=("x", "adds"), rows=[0.9, 0.1],
    )  # fmt: skip
    root = ElementTree.fromstring(svg)
    kinds = [path.get("class") for path in root.iter("{http://www.w3.org/2000/svg}path")]
    assert {"s1", "b1", "axis"} <= set(kinds)
    stairs = next(
        p for p in root.iter("{http://www.w3.org/2000/svg}path") if p.get("class") == "s1"
    )
    assert stairs.get("d", "").count("H") == 2
    assert root.get("aria-label") == "a <b>"


def test_no_steps_are_an_empty_picture() -> None:
    assert "<path" not in steps([], [], title="nothing")
    assert "<path" not in steps([1.0, 1.0], [3.0], title="no width")


def test_points_are_named() -> None:
    svg = scatter([1.0, 2.0], [3.0, 4.0], title="two", labels=["first", "last & least"])
    assert ">first<" in svg
    assert ">last &amp; least<" in svg
