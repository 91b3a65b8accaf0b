from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import polars as pl
import pytest

from relevo.explain.columns.effects import effects
from relevo.explain.columns.effects_section import effects_section
from relevo.picture.page import Note, Picture, page


@pytest.fixture
def found(formula):
    random = np.random.default_rng(0)
    x = random.normal(size=200)
    words = [" ".join(line) for line in random.choice(list(map(str, range(100, 130))), (200, 6))]
    kind = random.choice(["a", "b"], 200)
    rows = pl.DataFrame({"x": x, "kind": kind, "note": words,
                         "y": np.where(random.random(200) < 0.5, "no", "yes")})  # fmt: skip
    model = formula(rows, lambda v: v[:, 0] + v[:, 1], "classification", positive="yes",
                    columns={"text": ("note",)})  # fmt: skip
    holes = rows.with_columns(x=pl.when(pl.int_range(200) < 7).then(None).otherwise(pl.col("x")))
    return lambda kind: effects(model, holes, ["x", "kind", "note"], kind)


@pytest.mark.parametrize(
    ("lang", "texts"),
    [
        ("en", ["Log-odds of yes", "note is a text", "x: 7 rows without a value"]),
        ("es", ["Logit de yes", "note es un texto", "x: se dejan fuera 7 filas"]),
    ],
)
def test_every_column_has_a_picture_and_what_is_left_out_is_said(found, lang, texts):
    section = effects_section(found("ale"), lang)
    pictures = [block for block in section.blocks if isinstance(block, Picture)]
    assert [one.caption.split(":")[0] for one in pictures] == ["x", "kind"]
    whole = page("t", [section], lang)
    assert all(text in whole for text in texts)


def test_partial_dependence_shows_how_far_rows_differ(found):
    curve = next(b for b in effects_section(found("pdp"), "en").blocks if isinstance(b, Picture))
    lines = [p.get("class") for p in ET.fromstring(curve.svg).iter() if p.get("class")]
    assert {"s1", "s2", "s3", "b1"} <= set(lines)
    notes = [b.text for b in effects_section(found("pdp"), "en").blocks if isinstance(b, Note)]
    assert any("four of five rows" in note for note in notes)
