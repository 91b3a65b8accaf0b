from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from relevo.errors import DataMistake
from relevo.explain.columns.importance import importance


def rows(count: int, seed: int, noise: float = 1.0) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    x, z = random.normal(size=(2, count))
    return pl.DataFrame({"x": x, "z": z, "y": x + random.normal(size=count) * noise})


def first(values):
    return values[:, 0]


def test_the_interval_covers_what_other_rows_would_say(formula):
    # Shuffling x in E(y - x)^2: the mean squared error rises from 1 to 3, the RMSE by 0.7320.
    model = formula(rows(50, 0), first)
    found = [importance(model, rows(200, seed), seed=seed)[0] for seed in range(120)]
    covered = np.mean([one.interval[0] <= np.sqrt(3) - 1 <= one.interval[1] for one in found])
    assert 0.9 <= covered <= 0.99  # of 120 draws at 95 %: two standard errors are 4 %
    spread = np.std([one.importance for one in found])
    width = np.mean([(one.interval[1] - one.interval[0]) / 2 / 1.97 for one in found])
    assert width == pytest.approx(spread, rel=0.25)


def test_a_column_that_nothing_uses_is_exactly_zero(formula):
    found = {one.column: one for one in importance(formula(rows(50, 0), first), rows(100, 1))}
    assert found["z"].importance == pytest.approx(0, abs=1e-12)
    assert found["z"].interval == pytest.approx((0, 0), abs=1e-12)
    assert found["z"].attribution == 0


def test_rows_of_one_block_do_not_count_as_independent(formula):
    single = rows(100, 3)
    days = pl.Series("site", np.arange(100))
    alike = pl.concat([single.with_columns(days)] * 5)
    plain = formula(rows(50, 0), first)
    blocked = replace(plain, problem=plain.problem.model_copy(
        update={"renew": plain.problem.renew.model_copy(update={"block": "site"})}
    ))  # fmt: skip
    narrow, wide = (importance(model, alike)[0] for model in (plain, blocked))
    alone = importance(plain, single)[0]
    size = [one.interval[1] - one.interval[0] for one in (narrow, wide, alone)]
    assert size[1] > 1.5 * size[0]
    assert size[1] == pytest.approx(size[2], rel=0.35)  # the same rows, other shuffles


@pytest.mark.parametrize("metric", ["median_error", "r2", "mae"])
def test_every_metric_gives_an_interval_around_what_is_lost(formula, with_metric, metric):
    model = with_metric(formula(rows(50, 0), first), metric)
    found = importance(model, rows(300, 1, noise=0.5))[0]
    assert found.column == "x"
    assert 0 < found.interval[0] < found.importance < found.interval[1] < np.inf


def labelled(count: int = 300) -> pl.DataFrame:
    frame = rows(count, 4, noise=0.3)
    return frame.with_columns(
        y=pl.when(pl.col("y") > 0).then(pl.lit("yes")).otherwise(pl.lit("no"))
    )


def test_accuracy_is_judged_at_the_threshold_of_the_problem(formula, with_metric):
    model = formula(labelled(), lambda v: 4 * v[:, 0], "classification", positive="yes")
    model = with_metric(model, "accuracy")
    usual, never = (replace(model, threshold=at) for at in (0.5, 0.999999999999))
    assert importance(usual, labelled())[0].importance > 0.2
    # From this threshold on no row is called positive, whatever is shuffled.
    assert importance(never, labelled())[0].importance == 0


def test_one_class_is_refused_where_the_metric_compares_classes(formula, with_metric):
    model = formula(labelled(), lambda v: 4 * v[:, 0], "classification", positive="yes")
    one = labelled().filter(pl.col("y") == "yes")
    with pytest.raises(DataMistake, match="all of the class yes"):
        importance(with_metric(model, "roc_auc"), one)
    assert np.isfinite(importance(with_metric(model, "log_loss"), one)[0].importance)


def test_of_one_row_nothing_is_known(formula):
    found = importance(formula(rows(50, 0), first), rows(1, 1))[0]
    assert found.importance == 0
    assert found.interval == (-np.inf, np.inf)


def test_rows_without_a_target_do_not_count(formula):
    model = formula(rows(50, 0), first)
    known = rows(60, 2)
    more = pl.concat([known, rows(40, 3).with_columns(y=pl.lit(None, pl.Float64))])
    assert importance(model, more) == importance(model, known)
    with pytest.raises(DataMistake, match="none has a value of y"):
        importance(model, known.with_columns(y=pl.lit(None, pl.Float64)))


def test_the_same_seed_gives_the_same_figures(formula):
    model = formula(rows(50, 0), first)
    one, same, other = (importance(model, rows(100, 1), seed=seed) for seed in (1, 1, 2))
    assert one == same != other
