from html.parser import HTMLParser

import numpy as np
import polars as pl
import pytest

from relevo.data.profile import profile
from relevo.data.profile_page import profile_page
from relevo.problem.problem import Roles
from relevo.words import LANGUAGES

EVIL = '<script>alert("x")</script>'


def _table(rows=600, columns=4):
    random = np.random.default_rng(0)
    frame = {f"number_{at}": random.normal(size=rows) for at in range(columns)}
    days = np.arange(rows).astype("timedelta64[h]")
    frame["when"] = (np.datetime64("2024-01-01") + days).astype("datetime64[us]")
    frame["kind"] = random.choice(["a", EVIL], rows)
    frame["late"] = random.random(rows) < 0.3
    frame["none"] = [None] * rows
    frame["nested"] = [[1, 2]] * rows
    return pl.DataFrame(frame)


class Tags(HTMLParser):
    def __init__(self, document):
        super().__init__()
        self.tags = []
        self.feed(document)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("target", [None, "late", "kind", "number_0"])
def test_a_page_for_every_target_in_both_languages(lang, target):
    found = profile(_table(), target, roles=Roles(time="when"))
    document = profile_page(found, EVIL, lang)
    tags = Tags(document).tags
    assert f'<html lang="{lang}">' in document
    assert "script" not in tags
    assert tags.count("h2") == (3 if target is None else 4)
    assert tags.count("figure") == (0 if target is None else 2)
    assert tags.count("tr") == 1 + len(found.columns)
    assert tags.count("path") > 6


def test_the_first_thing_to_look_at_stands_before_the_columns():
    document = profile_page(profile(_table()), "t", "en")
    assert document.index("Columns without any value (1): none") < document.index("Every column")
    clean = profile_page(profile(_table(columns=2).select("when", "late", "number_0")), "t", "es")
    assert "Nada parece estar mal" in clean


def test_fifty_columns_stay_below_300_kilobytes():
    found = profile(_table(columns=46), "late", roles=Roles(time="when"))
    assert len(profile_page(found, "t", "es").encode()) < 300_000


def test_odd_tables_have_a_page():
    for frame in (pl.DataFrame(), pl.DataFrame({"a": []}), pl.DataFrame({"a": [2**63] * 3})):
        assert "</html>" in profile_page(profile(frame), "t", "en")
