import sys
import types
import xml.etree.ElementTree as ET

import pytest

from relevo.errors import MissingExtra, OptionMistake
from relevo.picture.bars import bars
from relevo.picture.save import save
from relevo.picture.style import LIGHT

PICTURE = bars(["a", "b"], [1.0, 2.0], title="t")


def test_an_svg_file_has_its_own_colours(tmp_path):
    path = save(PICTURE, tmp_path / "a.svg")
    root = ET.fromstring(path.read_text(encoding="utf-8"))
    assert root.tag.endswith("svg")
    assert LIGHT["accent"] in path.read_text(encoding="utf-8")


def test_a_png_is_drawn_without_what_only_browsers_follow(tmp_path, monkeypatch):
    drawn = {}

    def svg_to_bytes(**given):
        drawn.update(given)
        return list(b"\x89PNG")

    monkeypatch.setitem(sys.modules, "resvg_py", types.SimpleNamespace(svg_to_bytes=svg_to_bytes))
    path = save(PICTURE, tmp_path / "a.PNG")
    assert path.read_bytes() == b"\x89PNG"
    text = drawn["svg_string"]
    ET.fromstring(text)
    assert "var(" not in text
    assert "@media" not in text
    assert f"fill:{LIGHT['accent']}" in text


def test_without_the_extra_a_png_is_refused_with_the_line_that_helps(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(MissingExtra, match=r"relevo\[png\]"):
        save(PICTURE, tmp_path / "a.png")
    assert list(tmp_path.iterdir()) == []


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(OptionMistake, match=r"the ending \.jpg"):
        save(PICTURE, tmp_path / "a.jpg")
