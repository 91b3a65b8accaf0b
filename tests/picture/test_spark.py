import xml.etree.ElementTree as ET

from relevo.picture.spark import spark


def test_one_bar_for_each_bin_with_rows():
    picture = ET.fromstring(spark([0, 5, 10, 0, 1], title="spread of <x>"))
    assert picture.get("aria-label") == "spread of <x>"
    assert picture[1].get("d").count("M") == 3
    assert "v-24h" in picture[1].get("d")


def test_nothing_is_drawn_of_nothing():
    assert "path" not in spark([], title="t")
    assert "path" not in spark([0, 0], title="t")
