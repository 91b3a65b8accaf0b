from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads
from relevo.data.contract import learn_contract
from relevo.errors import DataMistake, ProblemMistake
from relevo.model.build import build
from relevo.picture.page import page
from relevo.train.central import Central
from relevo.train.judged import set_aside
from relevo.validate.elsewhere.external import ExternalValidity, external_validity
from relevo.validate.elsewhere.external_section import external_section
from relevo.validate.elsewhere.refit import Refit


def test_everything_that_the_problem_names_is_examined(place_means, levels_of_places):
    rows = levels_of_places(0, level=1.0)
    refit = place_means(site="place", time="day", segment="place")
    found = external_validity(refit, rows)
    assert [one.metric for one in found.random] == ["r2", "rmse"]
    assert [one.metric for one in found.sites] == ["r2", "rmse"]
    assert [one.kind for one in found.segments] == ["segment", "segment"]
    assert found.warning
    assert all(one.warning for one in found.sites)
    assert not any(one.warning for one in found.future)
    first = found.judgements[0].said("en")
    value, random = f"{found.sites[0].value:.3f}", f"{found.sites[0].random_value:.3f}"
    assert first.startswith(f"Expect R2 {value} (")
    assert f"at a new place, not {random}." in first
    spanish = found.judgements[0].said("es")
    assert spanish.startswith(f"Espere R2 {value} (de ")
    assert found.text.startswith(first)
    assert found.notes == ()


def test_what_cannot_be_examined_is_noted_and_the_rest_goes_on(place_means, levels_of_places):
    rows = levels_of_places(0).with_columns(town=pl.lit("here"))
    found = external_validity(place_means(site="town", time="day"), rows)
    assert found.sites == ()
    assert len(found.future) == 2
    assert found.notes == (
        "All rows are of one place: town is always here. "
        "Rows of at least two places; of some ten, to say something of a new one.",
    )


def test_a_model_is_judged_itself_on_the_external_table(problem_of, chances_of_rows):
    rows, there = chances_of_rows(0), chances_of_rows(1, rows=400, slope=0.4, middle=0.5)
    wanted = problem_of("classification", ("place",))
    parts = set_aside(rows, wanted, seed=0)
    model = build(
        wanted,
        learn_contract(rows, "y", wanted.roles, wanted.columns),
        parts,
        Budget(30.0),
        strategy=Central(),
        runner=Threads(1),
        now=datetime(2026, 1, 1, tzinfo=UTC),
        learner="linear",
        trials=1,
    ).model
    found = external_validity(model, rows, judged=parts.judged, target_population=there)
    external = found.transported
    assert external.rows == 400
    assert external.calibration.slope_interval[1] < 1  # .4 / 1.2 is the truth
    assert external.warning
    assert {one.metric for one in found.expected} == {"roc_auc", "log_loss"}
    assert [one.metric for one in found.shifted] == ["roc_auc", "log_loss"]
    assert found.shifted[0].rows == parts.judged.height
    unlabelled = external_validity(model, rows, target_population=there.drop("y"))
    assert unlabelled.transported is None
    assert unlabelled.expected[0].rows == 400


def test_a_page_in_both_languages(place_means, levels_of_places):
    rows = levels_of_places(0, places=24, rows=40, level=1.0)
    found = external_validity(place_means(site="place", time="day"), rows)
    for lang, title, more in (
        ("en", "Will it hold elsewhere?", "4 further, smaller places are not drawn."),
        ("es", "¿Se mantendrá en otros lugares?", "Otros 4 lugares, más pequeños, no se dibujan."),
    ):
        section = external_section(found, lang)
        made = page("x", [section], lang)
        assert section.title == title
        assert more in made
        assert made.count("<svg") == 2  # a forest for each column
        assert 'class="warning"' in made
        assert "elsewhere." not in made


def test_a_page_of_nothing_says_so():
    section = external_section(ExternalValidity(), "en")
    assert len(section.blocks) == 1
    assert "nothing is known" in section.blocks[0].text


def test_bad_rows_and_metrics_are_refused(place_means, levels_of_places):
    with pytest.raises(DataMistake) as refused:
        external_validity(place_means(), levels_of_places(0)[:6])
    assert refused.value.key == "elsewhere.too_few_at_all"
    with pytest.raises(ProblemMistake):
        external_validity(place_means(), levels_of_places(0), metrics=("roc_auc",))


def test_a_short_budget_ends_in_notes_not_in_silence(problem_of, chances_of_rows):
    rows = chances_of_rows(0)
    wanted = problem_of("classification", ("place",), site="place")
    budget = Budget(10.0)
    budget.stop()
    refit = Refit.of_problem(wanted, rows, learner="linear", strength=0.1)
    found = external_validity(refit, rows, budget=budget)
    assert found.sites == ()
    assert found.notes[0].startswith("A budget that was spent")
