from __future__ import annotations

from datetime import date
from html.parser import HTMLParser

import numpy as np
import polars as pl
import pytest

from relevo.watch import drift, quality_over_time, quality_section, signals_of, watch_page
from relevo.words import use_language


@pytest.fixture(params=["en", "es"])
def lang(request):
    use_language(request.param)
    yield request.param
    use_language(None)


def windows():
    rng = np.random.default_rng(0)
    before = {"dist": rng.gamma(2, 300, 2000), "carrier": rng.choice(list("ABCDE"), 2000)}
    carrier = rng.choice(["A", "B", "<new>", None], 800, p=[0.3, 0.3, 0.2, 0.2]).tolist()
    return pl.DataFrame(before), pl.DataFrame({"dist": rng.gamma(2, 400, 800), "carrier": carrier})


def test_the_page_holds_the_verdict_the_table_and_the_pictures(lang):
    before, after = windows()
    found = drift(before, after)
    days = pl.date_range(date(2013, 1, 1), date(2013, 6, 30), eager=True)
    rng = np.random.default_rng(1)
    periods = quality_over_time(days, rng.normal(size=len(days)), np.zeros(len(days)), "rmse")
    signals = signals_of(found)
    section = quality_section("rmse", (), periods)
    text = watch_page("late <flights>", signals, found, before, after, also=[section])
    HTMLParser().feed(text)
    assert f'lang="{lang}"' in text
    assert text.count("<svg") == 3
    assert "2013-06" in text
    assert "&lt;new&gt;" in text
    assert "<flights>" not in text
    assert "http" not in text.replace("http://www.w3.org", "")
    assert "<script" not in text


def test_without_rows_there_are_only_words(lang):
    before, after = windows()
    text = watch_page("flights", signals_of(drift(before, after)))
    assert "<svg" not in text
    assert "carrier" in text


def test_constant_and_empty_columns_are_drawn(lang):
    before = pl.DataFrame({"one": [1.0] * 60, "gone": [0.5] * 60})
    after = pl.DataFrame({"one": [2.0] * 60, "gone": [None] * 60})
    found = drift(before, after)
    assert watch_page("x", signals_of(found), found, before, after).count("<svg") == 2
