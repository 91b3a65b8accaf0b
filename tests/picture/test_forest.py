from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from relevo.picture.forest import Mean, forest

MEAN = Mean("Mean", 0.72, (0.68, 0.76), (0.55, 0.86), "A new site")


def test_every_place_has_a_square_an_interval_and_its_figure():
    svg = forest(
        ["north", "south"],
        [0.7, 0.75],
        [(0.6, 0.8), (0.7, 0.8)],
        MEAN,
        title="AUC by site",
        rows=[400, 100],
        reference=0.8,
        reference_label="Random split",
    )
    ElementTree.fromstring(svg)
    for text in ("north", "south", "Mean", "A new site", "Random split", "0.75", "0.72"):
        assert f">{text}<" in svg
    assert svg.count('class="bar"') == 3  # two squares and the diamond
    assert svg.count('class="error"') == 2
    assert svg.count('class="s1"') == 1
    assert svg.count('class="mark"') == 2  # in the legend and across the places
    # a square's area grows with its rows: 400 to 100 is twice the side
    sides = [float(side) for side in re.findall(r'class="bar" d="M\S+ \S+h(\S+?)v', svg)]
    assert sides[0] == pytest.approx(2 * sides[1], abs=0.2)


def test_values_that_are_not_there_and_endless_intervals_are_left_out():
    svg = forest(
        ["a", "b", "c"],
        [None, float("nan"), 0.6],
        [None, (0.1, 0.2), (float("-inf"), 0.9)],
        Mean("Mean", 0.6, (0.5, 0.7)),
        title="t",
    )
    ElementTree.fromstring(svg)
    assert "nan" not in svg
    assert "inf" not in svg
    assert svg.count('class="bar"') == 2
    assert svg.count('class="s1"') == 0


def test_a_wild_interval_does_not_squeeze_the_rest():
    svg = forest(["a", "b"], [0.7, 0.8], [(-90.0, 1.0), (0.7, 0.9)], MEAN, title="t")
    labels = [float(text) for text in re.findall(r'text-anchor="middle"[^>]*>(-?[\d.]+)<', svg)]
    assert min(labels) > 0


def test_names_are_escaped():
    svg = forest(["<b>&"], [0.5], [None], Mean("Mean", 0.5, (0.4, 0.6)), title="<t>")
    ElementTree.fromstring(svg)
    assert "<b>" not in svg
