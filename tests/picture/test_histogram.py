import re
import xml.etree.ElementTree as ET

import pytest

from relevo.picture.histogram import histogram

SVG = "{http://www.w3.org/2000/svg}"


def _heights(picture, kind="bar"):
    (path,) = (p for p in ET.fromstring(picture).iter(f"{SVG}path") if p.get("class") == kind)
    return [
        float(floor) - float(top)
        for floor, top in re.findall(r"M\S+ (\S+?)V(\S+?)H", path.get("d"))
    ]


def test_heights_are_in_proportion_and_empty_bins_are_empty():
    heights = _heights(histogram([0, 1, 2, 3], [10, 0, 20], title="t"))
    assert len(heights) == 2
    assert heights[1] == pytest.approx(2 * heights[0], abs=0.2)  # pixels have one decimal


def test_windows_of_different_size_are_compared_by_share():
    picture = histogram([0, 1, 2], [10, 30], [1000, 3000], title="t", names=("May", "April"))
    outline = next(
        p.get("d")
        for p in ET.fromstring(picture).iter(f"{SVG}path")
        if p.get("class") == "s3" and "V" in p.get("d")
    )
    floor = float(re.match(r"M\S+? (\S+?)V", outline)[1])
    tops = [floor - float(top) for top in re.findall(r"V(\S+?)H", outline)]
    assert tops == pytest.approx(_heights(picture, "soft"), abs=0.2)
    assert "May" in picture
    assert "April" in picture


def test_a_wider_bin_is_drawn_by_density():
    heights = _heights(histogram([0, 1, 2, 4], [10, 10, 20], title="t"))
    assert heights == pytest.approx([heights[0]] * 3)


def test_nothing_is_said():
    assert "path" not in histogram([0, 1], [0], title="t")
    assert "path" not in histogram([], [], title="t")
