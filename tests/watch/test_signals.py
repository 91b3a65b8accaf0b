from __future__ import annotations

import numpy as np
import pytest

from relevo.watch.drift import drift
from relevo.watch.signals import chance, signals_of
from relevo.words import use_language


@pytest.fixture(autouse=True)
def english():
    use_language("en")
    yield
    use_language(None)


def moved(shift=1.0):
    rng = np.random.default_rng(0)
    before = {"age": rng.normal(40, 9, 500), "pay": rng.normal(size=500)}
    pay = np.where(rng.random(400) < 0.2, np.nan, rng.normal(size=400))
    return drift(before, {"age": rng.normal(40 + 9 * shift, 9, 400), "pay": pay})


def test_the_verdict_comes_first_then_the_alarms():
    signals = signals_of(moved())
    assert (signals[0].kind, signals[0].column, signals[0].alarm) == ("all columns", "", True)
    assert [(s.kind, s.column, s.alarm) for s in signals[1:]] == [
        ("drift", "age", True),
        ("missing", "pay", True),
        ("drift", "pay", False),
    ]
    assert signals[0].text == "2 of 2 columns moved: age, pay (p\u00a0<\u00a00.001)."
    assert signals[1].text.startswith("age moved by 0.97 standard deviations")
    assert signals[2].text.startswith("Missing values in pay: +2")


def test_predictions_have_no_verdict():
    signals = signals_of(moved(), kind="prediction")
    assert {s.kind for s in signals} == {"prediction"}


def test_calm_in_spanish():
    use_language("es")
    rng = np.random.default_rng(1)
    found = drift({"x": rng.normal(size=300)}, {"x": rng.normal(size=300)})
    assert signals_of(found)[0].text.startswith("Nada se ha movido")


def test_chance_is_readable():
    assert (chance(0.0001), chance(0.0312)) == ("p\u00a0<\u00a00.001", "p\u00a0=\u00a00.031")


def test_what_no_column_shows_is_told_with_the_columns_that_turned():
    rng = np.random.default_rng(0)
    x, y, other = rng.normal(size=(3, 3000))
    before = {"x": x, "y": x + 0.5 * y, "other": other}
    x, y, other = rng.normal(size=(3, 2000))
    now = {"x": x, "y": -x + 0.5 * y, "other": other}
    told = drift(before, now, classifier=True)
    assert told.classifier is not None
    assert not told.at_least(4 * told.classifier.auc).alarm  # sizes of that much tell apart better
    found = told.at_least(0.1)
    verdict = signals_of(found)[0]
    assert verdict.alarm
    assert not any(one.alarm for one in found.columns)
    assert "above all" in verdict.text
    assert {"x", "y"} == set(verdict.text.split("above all ")[1].split(" (")[0].split(", "))
    assert not drift(before, now).at_least(0.1).alarm
    assert not drift(before, now, classifier=["y", "other"]).at_least(0.1).alarm
    assert drift(before, now, classifier=[]).classifier is None
