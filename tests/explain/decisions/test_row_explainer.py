from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from relevo.errors import DataMistake
from relevo.explain.decisions import row_explainer
from relevo.explain.decisions.reasons import reasons
from relevo.explain.decisions.row_explainer import RowExplainer
from relevo.model.model import Model


@pytest.mark.parametrize("target", ["refused", "class", "amount"])
@pytest.mark.parametrize("learner", ["linear", "boosting"])
def test_one_row_has_the_reasons_that_it_has_in_a_table(
    models: Callable[..., Model], rows: pl.DataFrame, target: str, learner: str
) -> None:
    model = models(target, learner)
    together = reasons(model, rows.head(20), n=3, lang="es")
    for row, expected in zip(rows.head(20).to_dicts(), together, strict=True):
        [alone] = reasons(model, [row], n=3, lang="es")
        assert alone.prediction == expected.prediction
        assert [one.column for one in alone.reasons] == [one.column for one in expected.reasons]
        assert [one.text for one in alone.reasons] == [one.text for one in expected.reasons]
        for one, other in zip(alone.reasons, expected.reasons, strict=True):
            assert one.contribution == pytest.approx(other.contribution, abs=1e-9)


def test_reasons_speak_in_the_phrases_of_the_problem(model: Model, rows: pl.DataFrame) -> None:
    row = rows.filter(pl.col("cause") == "account").row(0, named=True)
    for lang, start in (
        ("en", "Your checking account (overdrawn) speaks for yes (+"),
        ("es", "Su cuenta corriente (overdrawn) habla a favor de yes (+"),
    ):
        [found] = reasons(model, [row], n=1, lang=lang)
        assert found.reasons[0].text.startswith(start)


def test_braces_in_phrases_and_values_are_only_text(model: Model) -> None:
    explain = model.problem.explain.model_copy(update={"phrases": {"account": "{0} {account}"}})
    odd = replace(model, problem=model.problem.model_copy(update={"explain": explain}))
    row = {"debt": 3.0, "late": 0, "account": "{1}", "age": 30, "owner": True, "sex": "f"}
    [found] = reasons(odd, [row], n=9, lang="en")
    [text] = [one.text for one in found.reasons if one.column == "account"]
    assert text.startswith("{0} {account} ({1}) speaks")


def test_a_row_that_breaks_the_contract_is_not_explained(model: Model) -> None:
    row = {"debt": "much", "late": 0, "account": "small", "age": 30, "owner": True, "sex": "f"}
    with pytest.raises(DataMistake) as told:
        reasons(model, row)
    assert "much" in told.value.parts("en")["came"]
    assert reasons(model, []) == ()


def test_an_explainer_is_kept_as_long_as_its_model(model: Model) -> None:
    other = replace(model, version=7)
    assert RowExplainer.of(other, "en") is RowExplainer.of(other, "en")
    assert RowExplainer.of(other, "en") is not RowExplainer.of(other, "es")
    key = id(other), "en"
    assert key in row_explainer._COMPILED
    del other
    gc.collect()
    assert key not in row_explainer._COMPILED
