from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.errors import DataMistake
from relevo.score.metrics import METRICS
from relevo.validate.elsewhere.future import future
from relevo.validate.elsewhere.refit import Refit

RMSE = METRICS["rmse"]


def stream(seed: int, drift: float, rows: int = 1200) -> pl.DataFrame:
    """`y = slope x`, whose slope falls by `drift` from the first day to the last."""
    random = np.random.default_rng(seed)
    day = np.arange(rows) // 4
    x = random.normal(size=rows)
    y = (1 - drift * day / day[-1]) * x + 0.5 * random.normal(size=rows)
    return pl.DataFrame({"x": x, "day": day, "y": y}).sample(fraction=1, shuffle=True, seed=seed)


@pytest.fixture
def line(problem_of):
    def of(rows: pl.DataFrame) -> Refit:
        wanted = problem_of("regression", ("day",), time="day")
        return Refit.of_problem(wanted, rows, learner="linear", strength=1e-4)

    return of


def test_a_relation_that_changes_is_warned_of(line):
    rows = stream(0, drift=3.0)
    (found,) = future(line(rows), rows, "day", [RMSE])
    assert found.warning
    assert found.value > found.random_value + 0.2
    assert found.gap == pytest.approx(found.value - found.random_value)
    assert found.gap_interval[0] > 0
    assert found.prediction_interval is None
    assert [unit.name for unit in found.units] == ["165", "210", "255"]
    assert found.rows == sum(unit.rows for unit in found.units) == 540


def test_no_warning_where_nothing_changes(line):
    warned = 0
    for seed in range(12):
        rows = stream(seed, drift=0.0)
        (found,) = future(line(rows), rows, "day", [RMSE])
        warned += found.warning
    assert warned <= 2  # 5 % of 12 and two binomial standard errors


def test_every_model_learns_from_the_past_only(line):
    rows, seen = stream(0, drift=0.0), []
    inner = line(rows)

    class Watched:
        problem, classes = inner.problem, inner.classes

        def __call__(self, train, judged):
            seen.append((train["day"].max(), judged["day"].min(), train.height))
            return inner(train, judged)

    future(Watched(), rows, "day", [RMSE])
    past = [(last, first, rows) for last, first, rows in seen if last < first]
    assert sorted(rows for *_, rows in past) == [660, 840, 1020]
    # the random split's models learn from as many rows
    assert sorted(rows for *_, rows in seen) == sorted(3 * [660, 840, 1020])


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        (stream(0, 0.0).with_columns(day=pl.lit(7)), "elsewhere.one_moment"),
        (stream(0, 0.0, rows=40), "elsewhere.too_few_later"),
        (stream(0, 0.0).with_columns(day=pl.col("day") == 0), "elsewhere.too_few_later"),
        (stream(0, 0.0).rename({"day": "date"}), "elsewhere.no_column"),
    ],
)
def test_rows_without_a_past_are_refused(line, rows, key):
    refit = line(stream(0, 0.0))
    with pytest.raises(DataMistake) as refused:
        future(refit, rows, "day", [RMSE])
    assert refused.value.key == key
    assert all(refused.value.parts(lang)["todo"] for lang in ("en", "es"))


def test_later_rows_of_one_class_are_told(problem_of, chances_of_rows):
    rows = (
        chances_of_rows(0)
        .with_row_index("day")
        .with_columns(y=pl.when(pl.col("day") > 300).then(pl.lit("no")).otherwise("y"))
    )
    wanted = problem_of("classification", ("day", "place"), time="day")
    refit = Refit.of_problem(wanted, rows, "linear", strength=0.1)
    with pytest.raises(DataMistake) as refused:
        future(refit, rows, "day", [METRICS["roc_auc"]])
    assert refused.value.key == "elsewhere.undefined"
    (loss,) = future(refit, rows, "day", [METRICS["log_loss"]])
    assert loss.warning  # a third of the rows of all times are positive, of the later ones none
