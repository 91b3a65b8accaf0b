import xml.etree.ElementTree as ET

import pytest

from relevo.picture.lines import lines
from relevo.picture.style import DARK, LIGHT, standalone


def _luminance(colour):
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _contrast(one, other):
    low, high = sorted(map(_luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("paper", ["paper", "surface"])
def test_text_and_lines_stand_out(colours, paper):
    for text in ("ink", "muted", "accent"):
        assert _contrast(colours[text], colours[paper]) >= 4.5  # WCAG 2.2, 1.4.3
    for drawn in ("second", "third", "fourth"):
        assert _contrast(colours[drawn], colours[paper]) >= 3.0  # WCAG 2.2, 1.4.11


def test_a_picture_of_its_own_carries_its_colours():
    picture = ET.fromstring(standalone(lines(["a", "b"], {"x": [1, 2]}, title="t")))
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    assert "--accent" in picture[0].text
