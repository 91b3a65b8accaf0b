from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from relevo.errors import DataMistake, OptionMistake
from relevo.explain.decisions.counterfactual import Counterfactuals
from relevo.explain.decisions.counterfactual_search import CounterfactualSearch
from relevo.explain.decisions.counterfactuals import counterfactuals
from relevo.model.model import Model

FINE = {"debt": 3.0, "late": 0, "account": "small", "age": 40, "owner": True, "sex": "m"}
REFUSED = FINE | {"late": 6}


def explained_by(model: Model, **explain: Any) -> Model:
    changed = model.problem.explain.model_copy(update=explain)
    return replace(model, problem=model.problem.model_copy(update={"explain": changed}))


def assert_fit(found: Counterfactuals, model: Model, row: dict[str, Any]) -> None:
    """Each is as promised: the contract is kept, only what is named has changed."""
    for one in found:
        assert not model.check_row(one.row).refuse
        assert model.predict_row(one.row) == one.prediction
        differing = {name for name, value in one.row.items() if row[name] != value}
        assert differing == {change.column for change in one.changes}
        assert all(row[change.column] == change.before for change in one.changes)
        assert all(one.row[change.column] == change.after for change in one.changes)
        assert all(change.text in one.text for change in one.changes)


@pytest.mark.parametrize("with_reference", [True, False])
def test_refusals_are_turned_by_their_cause_alone(
    model: Model, rows: pl.DataFrame, with_reference: bool
) -> None:
    search = CounterfactualSearch(model, rows if with_reference else None)
    refused = rows.filter((pl.col("cause") != "none") & (pl.col("refused") == "yes")).head(40)
    predictors = [column.name for column in model.contract.required]
    for row in refused.select([*predictors, "cause"]).to_dicts():
        cause = row.pop("cause")
        found = search(row, "no")
        assert_fit(found, model, row)
        assert [change.column for change in found[0].changes] == [cause]
        assert found[0].prediction["label"] == "no"
        assert found[0].plausible is (True if with_reference else None)
        assert found.why == ""


def test_a_number_goes_no_further_than_it_must(model: Model, rows: pl.DataFrame) -> None:
    row = FINE | {"debt": 9.0}
    [found] = counterfactuals(model, row, "no", reference=rows)
    [change] = found.changes
    between = rows.filter((pl.col("debt") > change.after) & (pl.col("debt") < 9.0))["debt"]
    still = [model.predict_row(row | {"debt": debt})["label"] for debt in between]
    assert set(still) <= {"yes"}


def test_immutable_columns_and_directions_are_kept(models: Callable[..., Model]) -> None:
    model = models()
    row = FINE | {"debt": 9.0, "late": 5}
    free = counterfactuals(model, row, "no", n=3)
    assert {"debt", "late"} <= {change.column for one in free for change in one.changes}
    fixed = counterfactuals(model, row, "no", immutable=["debt"])
    assert all(change.column != "debt" for one in fixed for change in one.changes)
    rising = counterfactuals(explained_by(model, only_rises=("debt",)), row, "no")
    assert all(change.column != "debt" for one in rising for change in one.changes)
    declared = counterfactuals(explained_by(model, immutable=("debt", "late")), row, "no")
    assert not declared


def test_sensitive_columns_and_roles_never_change(
    models: Callable[..., Model], rows: pl.DataFrame
) -> None:
    model = models()
    roles = model.problem.roles.model_copy(update={"site": "account"})
    placed = replace(model, problem=model.problem.model_copy(update={"roles": roles}))
    search = CounterfactualSearch(placed, rows)
    for row in rows.filter(pl.col("cause") != "none").head(20).to_dicts():
        row = {column.name: row[column.name] for column in model.contract.required}
        if model.predict_row(row)["label"] == "yes":
            changed = {change.column for one in search(row, "no", 3) for change in one.changes}
            assert not changed & {"sex", "account", "loan"}


def test_what_cannot_exist_is_said_with_what_blocks_it(model: Model, rows: pl.DataFrame) -> None:
    for lang, word in (("en", "late payments"), ("es", "late payments")):
        found = counterfactuals(
            model, REFUSED, "no", immutable=["late"], reference=rows, lang=lang, time_limit="20s"
        )
        assert len(found) == 0
        assert found.blocked_by == ("late",)
        assert word in found.why
        assert found.best is not None
        assert found.best.prediction["label"] == "yes"
        assert (
            found.best.prediction["probabilities"]["yes"]
            <= (model.predict_row(REFUSED)["probabilities"]["yes"])
        )


def test_a_direction_can_be_what_blocks(models: Callable[..., Model], rows: pl.DataFrame) -> None:
    model = explained_by(models(), only_rises=("late",))
    assert counterfactuals(model, REFUSED, "no", reference=rows).blocked_by == ("late",)


def test_several_are_diverse_and_none_holds_another(model: Model, rows: pl.DataFrame) -> None:
    row = FINE | {"late": 3}
    if model.predict_row(row)["label"] != "yes":
        row["late"] = 4
    found = counterfactuals(model, row, "no", n=4, reference=rows, time_limit="20s")
    assert_fit(found, model, row)
    changes = [{(c.column, c.after) for c in one.changes} for one in found]
    for place, one in enumerate(changes):
        assert not any(one <= other for other in changes[place + 1 :])
    if len(found) < 4:
        assert f"{len(found)} of the 4" in found.why or f"{len(found)} de las 4" in found.why


def test_of_several_classes_each_can_be_wanted(
    models: Callable[..., Model], rows: pl.DataFrame
) -> None:
    for learner in ("linear", "boosting"):
        model = models("class", learner)
        for wanted in ("good", "watch"):
            found = counterfactuals(model, REFUSED, wanted, reference=rows, time_limit="20s")
            assert_fit(found, model, REFUSED)
            assert found[0].prediction["label"] == wanted


@pytest.mark.parametrize("learner", ["linear", "boosting"])
@pytest.mark.parametrize("wanted", [(10, 12), (None, 8), ">= 26"])
def test_a_number_is_brought_into_the_wanted_range(
    models: Callable[..., Model], rows: pl.DataFrame, learner: str, wanted: Any
) -> None:
    model = models("amount", learner)
    [found] = counterfactuals(model, REFUSED, wanted, reference=rows, time_limit="20s")
    low, high = {">= 26": (26, None)}.get(str(wanted), wanted)
    value = found.prediction["value"]
    assert low is None or value >= low
    assert high is None or value <= high
    assert len(found.changes) <= 2


def test_implausible_rows_are_only_the_last_resort(models: Callable[..., Model]) -> None:
    model = models()
    random = np.random.default_rng(0)
    # Few late payments go with a large account alone.
    real = pl.DataFrame(
        {
            "debt": random.normal(3, 0.3, 300).round(2),
            "late": [0] * 150 + [6] * 150,
            "account": ["large"] * 150 + ["small"] * 150,
            "age": [40] * 300,
            "owner": [True] * 300,
            "sex": ["m"] * 300,
        }
    )
    found = counterfactuals(model, REFUSED, "no", n=2, reference=real)
    assert found[0].plausible
    assert {change.column for change in found[0].changes} == {"late", "account"}
    [alone] = counterfactuals(model, REFUSED, "no", immutable="account", reference=real)
    assert alone.plausible is False


def test_a_row_with_an_unknown_category_is_turned(model: Model, rows: pl.DataFrame) -> None:
    row = REFUSED | {"account": "gold"}
    found = counterfactuals(model, row, "no", reference=rows)
    assert_fit(found, model, row)
    assert len(found) == 1


def test_texts_are_in_the_users_words(models: Callable[..., Model], rows: pl.DataFrame) -> None:
    model, row = models(), FINE | {"account": "overdrawn"}
    [english] = counterfactuals(model, row, "no", reference=rows, lang="en")
    [spanish] = counterfactuals(model, row, "no", reference=rows, lang="es")
    assert english.changes[0].text.startswith("your checking account: ")
    assert english.changes[0].text.endswith(" instead of overdrawn")
    assert spanish.text.startswith("La respuesta sería no con su cuenta corriente: ")


class Slow:
    """A predictor that takes 2 ms for each row."""

    def __init__(self, predictor: Any) -> None:
        self._predictor = predictor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._predictor, name)

    def predict(self, matrix: Any) -> Any:
        time.sleep(0.002 * len(matrix))
        return self._predictor.predict(matrix)


def test_a_slow_model_keeps_the_time_limit(
    models: Callable[..., Model], rows: pl.DataFrame
) -> None:
    model = models()
    slow = replace(model, predictor=Slow(model.predictor))  # type: ignore[arg-type]
    found = counterfactuals(
        slow, REFUSED, "no", immutable="late", reference=rows, time_limit="300ms"
    )
    assert not found
    assert "0.3" in found.why
    assert found.best is not None


@pytest.mark.parametrize("limit", ["0s", 0, "soon", -1])
def test_no_time_is_refused(model: Model, limit: Any) -> None:
    with pytest.raises(OptionMistake) as told:
        counterfactuals(model, REFUSED, "no", time_limit=limit)
    assert all(told.value.parts("en").values())


@pytest.mark.parametrize(
    ("asked", "came", "todo"),
    [
        ({"wanted": "nope"}, "nope", "Did you mean no?"),
        ({"wanted": "no", "immutable": ["dept"]}, "dept", "Did you mean debt?"),
        ({"wanted": "yes"}, "answer is yes", "Nothing has to change"),
        ({"wanted": "no", "n": 0}, "0", "1 or more"),
        (
            {"wanted": "no", "immutable": ["debt", "late", "account", "age", "owner"]},
            "nothing may change",
            "out of immutable",
        ),
    ],
)
def test_what_cannot_be_asked_for_is_told_in_three_parts(
    models: Callable[..., Model], asked: dict[str, Any], came: str, todo: str
) -> None:
    with pytest.raises(OptionMistake) as told:
        counterfactuals(models(), REFUSED, **asked)
    parts = told.value.parts("en")
    assert came in parts["came"]
    assert parts["expected"]
    assert todo in parts["todo"]


def test_a_row_that_breaks_the_contract_is_told_what_to_do(model: Model) -> None:
    with pytest.raises(DataMistake) as told:
        counterfactuals(model, REFUSED | {"late": "often"}, "no")
    assert "often" in told.value.parts("en")["came"]


def test_the_id_stays_beside_the_row_and_the_target_does_not(
    models: Callable[..., Model], rows: pl.DataFrame
) -> None:
    beside = {"loan": "n1", "refused": "yes", "unheard": 1}
    [found] = counterfactuals(models(), REFUSED | beside, "no", reference=rows)
    assert found.row.keys() == REFUSED.keys() | {"loan"}
    assert found.row["loan"] == "n1"


def test_the_results_are_a_sequence(models: Callable[..., Model], rows: pl.DataFrame) -> None:
    found = counterfactuals(models(), REFUSED, "no", reference=rows)
    assert list(found) == [found[0]] == list(found[:1])
    assert len(found) == 1
    assert found.seconds < 60
