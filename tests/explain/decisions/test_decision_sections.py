from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from relevo.explain.decisions.counterfactual_search import CounterfactualSearch
from relevo.explain.decisions.decision_sections import counterfactual_section, reasons_section
from relevo.explain.decisions.reason_codes import reason_codes
from relevo.model.model import Model
from relevo.picture.page import page


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_page_shows_reasons_and_what_would_turn_them(
    model: Model, rows: pl.DataFrame, lang: str
) -> None:
    decisions = reason_codes(model, rows.head(60), rows, lang)
    predictors = [column.name for column in model.contract.required]
    search = CounterfactualSearch(model, rows, lang=lang)
    given = rows.head(60).select(predictors).to_dicts()
    turned = [search(row, "no") for row, one in zip(given, decisions, strict=True) if one.adverse]
    sections = [reasons_section(model, decisions, lang), counterfactual_section(turned, lang)]
    text = page("loans", sections, lang)
    refused = [one for one in decisions if one.adverse]
    assert refused[0].codes[0].text in text
    assert turned[0][0].changes[0].text in text
    assert "<svg" in text
    assert ("sensible" if lang == "es" else "sensitive") in text


def test_where_nothing_is_refused_the_page_says_so(
    models: Callable[..., Model], rows: pl.DataFrame
) -> None:
    model = models()
    fine = rows.filter(pl.col("cause") == "none").head(5)
    section = reasons_section(model, reason_codes(model, fine, rows, "en"), "en")
    assert "None of these rows is refused." in page("loans", [section], "en")


def test_what_cannot_be_turned_stands_with_its_reason(
    models: Callable[..., Model], rows: pl.DataFrame
) -> None:
    search = CounterfactualSearch(models(), rows, immutable=["late"], lang="en")
    row = {"debt": 3.0, "late": 6, "account": "small", "age": 40, "owner": True, "sex": "m"}
    found = search(row, "no")
    text = page("loans", [counterfactual_section([found], "en")], "en")
    assert "what cannot change: late payments" in text
