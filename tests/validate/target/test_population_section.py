from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.picture.page import Note, Picture, Table, page
from relevo.validate.target.population import population
from relevo.validate.target.population_section import population_section


def people(rng, rows, share, mean):
    sex = rng.choice(["f", "m"], rows, p=[share, 1 - share])
    return pl.DataFrame({"sex": sex, "age": rng.normal(mean, 10, rows)})


@pytest.mark.parametrize(("lang", "warns"), [("en", "Who is missing"), ("es", "Quién falta")])
def test_the_section_says_what_was_found(lang, warns):
    rng = np.random.default_rng(0)
    training, target = people(rng, 400, 0.0, 40), people(rng, 400, 0.5, 45)
    section = population_section(population(training, target), lang)
    kinds = {type(block): block for block in section.blocks}
    assert kinds[Note].tone == "warning"
    assert kinds[Picture].svg.count("<circle") == 2 * (1 + 2)  # the legend, and two columns
    captions = [block.caption for block in section.blocks if isinstance(block, Table)]
    assert any(caption.startswith(warns) for caption in captions)
    html = page("t", [section], lang)
    assert "sex = f: " in html
    assert {"en": "of training", "es": "del entrenamiento"}[lang] in html


def test_margins_alone_have_no_classifier():
    found = population({"sex": ["f"] * 20 + ["m"] * 20}, None, {"sex": {"f": 0.6, "m": 0.4}})
    section = population_section(found, "en")
    names = dict(section.blocks[1].items)
    assert list(names) == ["effective rows", "share of weights cut"]
