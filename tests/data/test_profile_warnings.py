import numpy as np
import polars as pl
import pytest

from relevo.data.profile import profile
from relevo.data.profile_warnings import percent, warnings
from relevo.problem.problem import Roles
from relevo.words import LANGUAGES


def _bad():
    random = np.random.default_rng(0)
    late = random.random(400) < 0.4
    iso = [f"2024-01-{at % 28 + 1:02d}" for at in range(400)]
    slash = [f"{at % 28 + 1:02d}/01/2024" for at in range(400)]
    return pl.DataFrame(
        {
            "half": [None, 1.5] * 200,
            "one": ["x"] * 400,
            "none": pl.Series([None] * 400, dtype=pl.String),
            "infinite": [*random.normal(size=399), np.inf],
            "id": [f"k{at // 2}" for at in range(400)],
            "amount": ["n/a" if at % 20 == 0 else str(at) for at in range(400)],
            "signed": [
                a if at % 2 else b for at, (a, b) in enumerate(zip(iso, slash, strict=True))
            ],
            "dayfirst": slash,
            "holes": ["?" if at % 10 == 0 else day for at, day in enumerate(iso)],
            "delay": np.where(late, 9.0, -9.0) + random.normal(size=400),
            "copy": late,
            "late": late,
        }
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_misleads_is_told_gravest_first_in_both_languages(lang):
    texts = warnings(profile(_bad(), "late", roles=Roles(id="id")), lang)
    order = (
        "copy",
        "delay",
        "amount",
        "signed",
        "dayfirst",
        "holes",
        "200",
        "none",
        "one",
        "infinite",
        "half",
    )
    assert len(texts) == len(order)
    for text, name in zip(texts, order, strict=True):
        assert name in text
        assert "{" not in text


def test_counts_and_examples_are_told():
    texts = " ".join(warnings(profile(_bad()), "en"))
    assert "20 rows hold something else, such as n/a" in texts
    assert "2024-01-31 (200), 31/01/2024 (200)" in texts
    assert "half (50\xa0%)" in texts


def test_repeated_rows_are_told_and_long_lists_are_cut():
    frame = pl.DataFrame({f"c{at}": [1, 1, 1] for at in range(20)})
    texts = warnings(profile(frame), "en")
    assert "2 rows (67\xa0%)" in texts[0]
    assert "(20): c0, c1" in texts[1]
    assert "c7, …" in texts[1]


def test_a_clean_table_has_none():
    assert warnings(profile(pl.DataFrame({"a": range(50), "b": ["x", "y"] * 25}))) == ()


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0\xa0%"), (1e-5, "<1\xa0%"), (0.256, "26\xa0%"), (0.9999, ">99\xa0%"), (1, "100\xa0%")],
)
def test_some_is_never_none_and_nearly_all_is_never_all(share, text):
    assert percent(share) == text
