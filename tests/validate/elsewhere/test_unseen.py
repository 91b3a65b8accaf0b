from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.compute.budget import Budget
from relevo.errors import DataMistake, OptionMistake
from relevo.score.metrics import METRICS
from relevo.validate.elsewhere.refit import Refit
from relevo.validate.elsewhere.unseen import unseen

R2, RMSE = METRICS["r2"], METRICS["rmse"]


def test_a_level_that_only_the_place_tells_is_warned_of(place_means, levels_of_places):
    found, error = unseen(place_means(), levels_of_places(0, level=1.0), "place", [R2, RMSE])
    assert found.warning
    assert error.warning
    # within a place the level is a constant error: of R2 it takes its square, 1 in the mean
    assert error.random_value == pytest.approx(1.0, abs=0.05)
    assert error.value > 1.2
    assert found.gap_interval[1] < 0 < error.gap_interval[0]
    assert found.interval[0] < found.value < found.interval[1] < found.random_value
    assert found.prediction_interval[0] < found.interval[0]
    assert len(found.units) == 12
    assert found.rows == 960
    assert found.told > found.together


def test_no_warning_where_places_differ_in_nothing(place_means, levels_of_places):
    warned = 0
    for seed in range(20):
        (found,) = unseen(place_means(), levels_of_places(seed, places=8), "place", [RMSE])
        assert abs(found.gap) < 0.1
        warned += found.warning
    assert warned <= 3  # 5 % of 20 and two binomial standard errors


def test_each_row_is_judged_by_as_many_fits_as_there_are_places_or_ten(
    place_means, levels_of_places
):
    few, many = place_means(), place_means()
    unseen(few, levels_of_places(0, places=4), "place", [RMSE])
    (found,) = unseen(many, levels_of_places(0, places=40, rows=25), "place", [RMSE])
    assert (few.fits, many.fits) == (2 * 4, 2 * 10)
    assert len(found.units) == 40


def test_a_classification_by_a_real_recipe_stays_silent(problem_of, chances_of_rows):
    rows = chances_of_rows(0)
    wanted = problem_of("classification", ("place",), site="place")
    refit = Refit.of_problem(wanted, rows, learner="linear", strength=0.01)
    area, loss = unseen(refit, rows, "place", [METRICS["roc_auc"], METRICS["log_loss"]])
    assert not area.warning
    assert not loss.warning
    assert area.value == pytest.approx(0.77, abs=0.06)  # three standard errors of 600 rows
    assert area.prediction_interval[0] <= 0.77 <= area.prediction_interval[1]


def test_rows_of_different_places_are_hard_to_tell_apart_for_who_does_not_know_these(problem_of):
    random = np.random.default_rng(0)
    place = np.repeat(np.arange(30), 80)
    x, level = random.normal(size=len(place)), 2 * random.normal(size=30)[place]
    y = np.where(random.random(len(place)) < 1 / (1 + np.exp(-x - level)), "yes", "no")
    rows = pl.DataFrame({"x": x, "place": [f"p{one}" for one in place], "y": y})
    refit = Refit.of_problem(problem_of("classification"), rows, "linear", strength=0.001)
    (found,) = unseen(refit, rows, "place", [METRICS["roc_auc"]])
    assert (found.gap_warning, found.together_warning, found.warning) == (False, True, True)
    assert found.gap > -0.02  # inside of a place its level orders no rows
    assert found.told > found.together + 0.1
    assert "Over rows of many new values of place together expect" in found.text
    few = rows.filter(pl.col("place").is_in(["p0", "p1", "p2", "p3", "p4"]))
    (found,) = unseen(refit, few, "place", [METRICS["roc_auc"]])
    # each model left out one place: rows of two places were never ranked by the same model
    assert (found.together, found.together_gap_interval, found.warning) == (None, None, False)
    assert "A random split over all rows together says" in found.text


@pytest.mark.parametrize("metric", ["roc_auc", "log_loss"])
def test_models_that_differ_do_not_count_as_a_gap(problem_of, metric):
    warned = 0
    for seed in range(15):
        random = np.random.default_rng(seed)
        place = np.repeat(np.arange(5), 150)
        slope = np.exp(random.normal(size=5))[place]
        x = random.normal(size=len(place))
        y = np.where(random.random(len(place)) < 1 / (1 + np.exp(-slope * x)), "yes", "no")
        rows = pl.DataFrame({"x": x, "place": [f"p{one}" for one in place], "y": y})
        wanted = problem_of("classification", ("place",))
        refit = Refit.of_problem(wanted, rows, "linear", strength=0.01)
        warned += unseen(refit, rows, "place", [METRICS[metric]], seed=seed)[0].warning
    assert warned <= 2  # 5 % of 15 and two binomial standard errors


def test_places_that_cannot_be_judged_on_their_own_are_named(problem_of, chances_of_rows):
    rows = chances_of_rows(0).with_columns(
        place=pl.when(pl.col("place") == "p1").then(None).otherwise("place")
    )
    small = rows.filter(pl.col("place") == "p2").head(1).with_columns(place=pl.lit("one row"))
    single = rows.filter(pl.col("y") == "yes").head(30).with_columns(place=pl.lit("one class"))
    frame = pl.concat([rows, small, single])
    refit = Refit.of_problem(
        problem_of("classification", ("place",)), frame, "linear", strength=0.01
    )
    (found,) = unseen(refit, frame, "place", [METRICS["roc_auc"]])
    assert {unit.name for unit in found.units} == {"p0", "p2", "p3", "p4", "p5"}
    without, few, one = found.unjudged
    assert without.startswith(f"{rows['place'].null_count()} rows in which place")
    assert "one row" in few
    assert "one class" in one


def test_very_small_places_are_judged_together(place_means, levels_of_places):
    found = unseen(place_means(), levels_of_places(0, 150, 6, level=1.0), "place", [RMSE])[0]
    assert found.units == ()
    assert found.prediction_interval is None
    assert found.warning
    assert found.value == pytest.approx(np.sqrt(2), abs=0.2)  # its level and the noise


def test_two_places_say_little_and_do_not_warn(place_means, levels_of_places):
    (found,) = unseen(place_means(), levels_of_places(3, places=2), "place", [RMSE])
    low, high = found.prediction_interval
    assert low < 0.9 * found.value < 1.1 * found.value < high
    assert not found.warning


def test_a_class_that_one_place_alone_has(problem_of, chances_of_rows):
    third = (pl.col("place") == "p1") & (pl.col("z") > 0)
    rows = chances_of_rows(0, rows=300, places=3)
    rows = rows.with_columns(y=pl.when(third).then(pl.lit("other")).otherwise("y"))
    wanted = problem_of("classification", ("place",)).model_copy(update={"positive": None})
    refit = Refit.of_problem(wanted, rows, "linear", strength=0.01)
    area, loss = unseen(refit, rows, "place", [METRICS["roc_auc"], METRICS["log_loss"]])
    assert len(area.units) == len(loss.units) == 3
    p1 = next(unit for unit in loss.units if unit.name == "p1")
    assert p1.value > 2 * p1.random_value  # it cannot be expected by who has never seen it


def bad(rows: pl.DataFrame, key: str) -> pl.DataFrame:
    return {
        "elsewhere.no_column": rows.rename({"place": "town"}),
        "elsewhere.one_place": rows.with_columns(place=pl.lit("here")),
        "elsewhere.place_per_row": rows.with_row_index("place_").with_columns(
            place=pl.col("place_").cast(pl.String)
        ),
        "elsewhere.too_few_rows": rows.with_columns(place=pl.lit(None, pl.String)),
        "elsewhere.place_tells_target": rows.with_columns(
            y=pl.col("place").str.slice(1).cast(float)
        ),
    }[key]


@pytest.mark.parametrize(
    "key",
    [
        "elsewhere.no_column",
        "elsewhere.one_place",
        "elsewhere.place_per_row",
        "elsewhere.too_few_rows",
        "elsewhere.place_tells_target",
    ],
)
def test_a_column_that_names_no_places_is_refused(place_means, levels_of_places, key):
    with pytest.raises(DataMistake) as refused:
        unseen(place_means(), bad(levels_of_places(0), key), "place", [RMSE])
    assert refused.value.key == key
    assert all(
        refused.value.parts(lang)[part] for lang in ("en", "es") for part in ("came", "todo")
    )


def test_the_target_is_no_place(place_means, levels_of_places):
    with pytest.raises(DataMistake) as refused:
        unseen(place_means(), levels_of_places(0), "y", [RMSE])
    assert refused.value.key == "elsewhere.place_is_target"


def test_what_there_was_no_time_for_is_told(place_means, levels_of_places):
    rows, clock = levels_of_places(0), [0.0]
    inner = place_means()

    class Slow:
        problem, classes = inner.problem, inner.classes

        def __call__(self, train, judged):
            clock[0] += 1.0
            return inner(train, judged)

    budget = Budget(6.5, clock=lambda: clock[0])
    (found,) = unseen(Slow(), rows, "place", [RMSE], budget=budget)
    assert found.rows < rows.height
    assert found.unjudged[0] == f"{rows.height - found.rows} rows were not judged for lack of time."


def test_a_spent_budget_is_told(place_means, levels_of_places):
    budget = Budget(10.0)
    budget.stop()
    with pytest.raises(OptionMistake) as refused:
        unseen(place_means(), levels_of_places(0), "place", [RMSE], budget=budget)
    assert refused.value.key == "elsewhere.no_time"
