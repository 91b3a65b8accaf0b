from __future__ import annotations

import math

import pytest

from relevo.explain.trust.check import BOUNDS, Bounds, checked, unknown
from relevo.words import LANGUAGES, say


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.6, 0.9, "holds"), (0.4, 0.9, "doubtful"), (0.1, 0.29, "fails"), (0.1, 0.4, "doubtful")],
)
def test_more_is_better(low, high, verdict):
    assert Bounds(0.5, 0.3).verdict(low, high) == verdict


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(1, 20, "holds"), (20, 40, "doubtful"), (61, 90, "fails"), (50, 90, "doubtful")],
)
def test_less_is_better(low, high, verdict):
    assert Bounds(30.0, 60.0).verdict(low, high) == verdict


def test_without_an_interval_nothing_is_known():
    assert checked("ranks", 0.9, (-math.inf, math.inf)).verdict == "unknown"
    assert unknown("ranks").verdict == "unknown"


@pytest.mark.parametrize("name", BOUNDS)
def test_every_check_has_a_name_and_a_question(name):
    for lang in LANGUAGES:
        assert say(f"trust.name.{name}", lang)
        assert say(f"trust.asks_for.{name}", lang)
