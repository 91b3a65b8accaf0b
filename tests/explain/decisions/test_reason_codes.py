"""Codes of refusals whose cause is planted: it must be named first, and borne out by the model.

A tenth of the loans each has one cause (a debt far above the others', many late payments, an
overdrawn account) that raises the odds of refusal from e^-4 to e^4; nothing else moves them by more
than 0.5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from relevo.data.contract import Contract
from relevo.errors import DataMistake, OptionMistake
from relevo.explain.decisions.reason_coder import ReasonCoder
from relevo.explain.decisions.reason_codes import reason_codes
from relevo.learn.scored import Scored
from relevo.model.model import Model
from relevo.prepare.matrix import Matrix

Floats = NDArray[np.float64]
FINE = {"debt": 3.0, "late": 0, "account": "small", "age": 40, "owner": True, "sex": "m"}


def explained_by(model: Model, **explain: Any) -> Model:
    changed = model.problem.explain.model_copy(update=explain)
    return replace(model, problem=model.problem.model_copy(update={"explain": changed}))


@pytest.mark.parametrize("with_reference", [True, False])
def test_the_planted_cause_is_named_first(
    model: Model, rows: pl.DataFrame, with_reference: bool
) -> None:
    found = reason_codes(model, rows, rows if with_reference else None)
    named = [
        bool(one.codes) and one.codes[0].column == cause
        for one, cause in zip(found, rows["cause"], strict=True)
        if one.adverse and cause != "none"
    ]
    assert len(named) > 150
    assert np.mean(named) >= 0.99


def test_codes_and_the_rest_add_up_to_the_score(model: Model, rows: pl.DataFrame) -> None:
    for one, row in zip(reason_codes(model, rows, rows), rows.to_dicts(), strict=True):
        chances = model.predict_row(row)["probabilities"]
        total = one.base + sum(code.contribution for code in one.codes) + one.rest
        assert total == pytest.approx(one.score, abs=1e-6)
        assert one.score == pytest.approx(np.log(chances["yes"] / chances["no"]), abs=1e-6)


def test_every_code_is_borne_out_by_the_model(model: Model, rows: pl.DataFrame) -> None:
    tried = 0
    for one, row in zip(reason_codes(model, rows, rows), rows.to_dicts(), strict=True):
        before = model.predict_row(row)["probabilities"]
        for code in one.codes:
            after = model.predict_row(row | {code.column: code.typical})["probabilities"]
            assert after["yes"] < before["yes"]
            fall = np.log(before["yes"] / before["no"]) - np.log(after["yes"] / after["no"])
            assert code.effect == pytest.approx(fall, abs=1e-6)
            tried += 1
    assert tried > 150


def test_only_refusals_have_codes_and_never_held_back_columns(
    model: Model, rows: pl.DataFrame
) -> None:
    held_back = explained_by(model, not_reasons=("account",))
    found = reason_codes(held_back, rows, rows, n=6)
    assert {one.adverse for one in found} == {True, False}
    assert all(one.adverse == (one.prediction["label"] == "yes") for one in found)
    assert all(not one.codes for one in found if not one.adverse)
    named = {code.column for one in found for code in one.codes}
    assert {"debt", "late"} <= named <= {"debt", "late", "age", "owner"}


def test_a_refusal_for_nothing_that_may_be_stated_says_so(model: Model, rows: pl.DataFrame) -> None:
    silent = explained_by(model, not_reasons=("debt", "late", "account", "age", "owner"))
    for lang, word in (("en", "held back"), ("es", "no puede decirse")):
        refused = [one for one in reason_codes(silent, rows, rows, lang) if one.adverse]
        assert all(one.codes == () and word in one.why for one in refused)


def test_there_are_no_more_codes_than_asked_for(model: Model, rows: pl.DataFrame) -> None:
    two = {"debt": 9.0, "late": 6, "account": "overdrawn", "age": 20, "owner": False, "sex": "f"}
    [one], [several] = reason_codes(model, two, rows, n=2), reason_codes(model, two, rows)
    assert len(one.codes) == 2
    assert several.codes[:2] == one.codes
    assert {code.column for code in one.codes} < {"debt", "late", "account"}
    assert len(several.codes) <= model.problem.explain.most_reasons == 4
    [fewer] = reason_codes(explained_by(model, most_reasons=1), two, rows)
    assert [code.column for code in fewer.codes] == [several.codes[0].column]


@pytest.mark.parametrize(
    ("change", "english", "spanish"),
    [
        (
            {"debt": 9.5},
            "Your debt: 9.5. This is more than is typical of those who are not refused (2.9",
            "Su deuda: 9.5. Está por encima de lo habitual entre quienes no reciben una denegación",
        ),
        (
            {"account": "overdrawn"},
            "Your checking account: overdrawn. This counted against you; typical of those who are",
            "Su cuenta corriente: overdrawn. Contó en su contra; lo habitual entre quienes no",
        ),
    ],
)
def test_texts_are_in_the_users_words_in_both_languages(
    model: Model, rows: pl.DataFrame, change: dict[str, Any], english: str, spanish: str
) -> None:
    for lang, start in (("en", english), ("es", spanish)):
        [one] = reason_codes(model, FINE | change, rows, lang)
        assert one.codes[0].text.startswith(start)


def test_the_other_label_can_be_the_refusal(model: Model, rows: pl.DataFrame) -> None:
    turned = explained_by(model, adverse="no")
    [one] = reason_codes(turned, FINE, rows)
    assert one.adverse
    chances = model.predict_row(FINE)["probabilities"]
    assert one.score == pytest.approx(np.log(chances["no"] / chances["yes"]), abs=1e-6)


@pytest.mark.parametrize("learner", ["linear", "boosting"])
def test_of_several_classes_the_refusal_is_compared_with_the_next(
    models: Callable[..., Model], rows: pl.DataFrame, learner: str
) -> None:
    model = explained_by(models("class", learner), adverse="bad")
    bad = rows.filter(pl.col("class") == "bad").head(40)
    for one, cause in zip(reason_codes(model, bad, rows), bad["cause"], strict=True):
        assert one.adverse
        assert one.codes[0].column == cause
        total = one.base + sum(code.contribution for code in one.codes) + one.rest
        assert total == pytest.approx(one.score, abs=1e-6)
        assert one.score > 0  # ahead of every other class


class Edge(Scored):
    """A step in the debt, a slope in late payments; the step's push is the larger."""

    kind = "edge"
    size_mb = 0.0

    def __init__(self, model: Model) -> None:
        self.features, self.classes = model.preparation.features, model.classes
        self._debt, self._late = map(self.features.index, ("debt", "late"))

    def scores(self, matrix: Matrix) -> Floats:
        return self.contributions(matrix).sum(axis=2)

    def scores_row(self, values: Floats) -> Floats:
        return self.scores(Matrix(values[np.newaxis], self.features, self.features, {}))[0]

    def contributions(self, matrix: Matrix) -> Floats:
        parts = np.zeros((len(matrix), 1, len(self.features) + 1))
        parts[:, 0, self._debt] = np.where(matrix.values[:, self._debt] > 6.0, 5.0, -1.0)
        parts[:, 0, self._late] = 0.4 * matrix.values[:, self._late]
        return parts


def test_what_a_tiny_change_undoes_is_not_stated_before_what_stays(
    models: Callable[..., Model], rows: pl.DataFrame
) -> None:
    model = models()
    edge = replace(model, predictor=Edge(model))  # type: ignore[arg-type]
    coder = ReasonCoder(edge, rows)
    far, [near] = (
        coder(FINE | {"debt": 9.0, "late": 4})[0],
        coder(FINE | {"debt": 6.001, "late": 4}),
    )
    assert [code.column for code in far.codes] == ["debt", "late"]
    assert far.stability == 1.0
    assert [code.column for code in near.codes] == ["late", "debt"]
    assert near.codes[0].stable == 1.0
    # Changes go up and down in pairs: half of them are on either side of the edge.
    assert near.codes[1].stable == near.stability == 0.5


def test_the_same_row_has_the_same_codes_again(model: Model, rows: pl.DataFrame) -> None:
    assert reason_codes(model, rows.head(50), rows) == reason_codes(model, rows.head(50), rows)


def test_a_row_with_an_unknown_category_is_explained(model: Model, rows: pl.DataFrame) -> None:
    [one] = reason_codes(model, FINE | {"debt": 9.0, "account": "gold"}, rows)
    assert one.codes[0].column == "debt"


def test_a_missing_value_is_called_missing(models: Callable[..., Model]) -> None:
    model = models()
    columns = tuple(replace(c, missing=0.5) for c in model.contract.columns)
    lenient = replace(model, contract=Contract(columns, unique="loan"), predictor=Missing(model))  # type: ignore[arg-type]
    [one] = reason_codes(lenient, FINE | {"debt": None}, lang="en")
    assert one.codes[0].text.startswith("Your debt: not given. This counted against you; typical")


class Missing(Edge):
    """Refuses who does not tell the debt."""

    def contributions(self, matrix: Matrix) -> Floats:
        parts = np.zeros((len(matrix), 1, len(self.features) + 1))
        parts[:, 0, self._debt] = np.where(np.isnan(matrix.values[:, self._debt]), 5.0, -1.0)
        return parts


def test_a_row_that_breaks_the_contract_is_told_what_to_do(model: Model) -> None:
    with pytest.raises(DataMistake) as told:
        reason_codes(model, [FINE | {"debt": "much"}])
    parts = told.value.parts("en")
    assert "debt" in parts["came"]
    assert "much" in parts["came"]
    assert parts["expected"]
    assert parts["todo"]


def test_a_row_that_is_no_mapping_is_refused(model: Model) -> None:
    with pytest.raises(DataMistake, match="no mapping from columns to values: int"):
        reason_codes(model, [3])


def test_a_number_has_no_refusal(models: Callable[..., Model]) -> None:
    with pytest.raises(OptionMistake) as told:
        reason_codes(models("amount"), FINE)
    assert "amount" in told.value.parts("en")["came"]


def test_an_unknown_refusal_is_refused_with_the_nearest_label(
    models: Callable[..., Model],
) -> None:
    with pytest.raises(OptionMistake) as told:
        reason_codes(explained_by(models("class"), adverse="god"), FINE)
    assert "good" in told.value.parts("en")["todo"]
    assert "bad, good, watch" in told.value.parts("en")["expected"]


def test_fewer_codes_than_one_are_refused(model: Model) -> None:
    with pytest.raises(OptionMistake, match="0 as the most"):
        reason_codes(model, FINE, n=0)
