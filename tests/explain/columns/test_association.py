from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.stats import spearmanr

from relevo.explain.columns.association import association


def frame(count: int = 2_000) -> pl.DataFrame:
    random = np.random.default_rng(0)
    x, other, y = random.normal(size=(3, count))
    level = np.array(["low", "middle", "high"])[np.digitize(x, [-0.5, 0.5])]
    return pl.DataFrame(
        {
            "x": x,
            "bent": np.exp(x) + 0.5 * other,
            "other": other,
            "level": level,
            "same": np.char.add("n", level),
            "random": random.choice(list("abcde"), count),
            "y": y,
        }
    )


def strengths(formula, rows: pl.DataFrame) -> dict[tuple[str, str], float]:
    model = formula(frame(), lambda values: values[:, 0])
    columns, found = association(model, model.matrix(rows))
    assert np.array_equal(found, found.T)
    return {
        (a, b): float(found[i, j]) for i, a in enumerate(columns) for j, b in enumerate(columns)
    }


def test_numbers_go_together_as_their_ranks_do(formula):
    rows = frame()
    found = strengths(formula, rows)
    expected = abs(spearmanr(rows["x"], rows["bent"]).statistic)
    assert found["x", "bent"] == pytest.approx(expected, abs=1e-9)


def test_categories_go_together_with_numbers_and_with_each_other(formula):
    found = strengths(formula, frame())
    assert found["level", "same"] == pytest.approx(1, abs=1e-9)
    # Three thirds of a normal: eight ninths of the ranks' variance lies between the thirds.
    assert 0.85 < found["x", "level"] < 0.97
    # Without any relation, corrected for bias: of 2,000 rows and five levels within 0.08.
    assert found["random", "level"] < 0.08
    assert found["random", "other"] < 0.08


def test_missing_and_constant_columns_go_with_nothing(formula):
    rows = frame(100).with_columns(x=pl.lit(None, pl.Float64), other=pl.lit(1.0))
    found = strengths(formula, rows)
    assert found["x", "bent"] == found["other", "bent"] == found["x", "level"] == 0


def test_some_missing_numbers_have_the_middle_rank(formula):
    rows = frame()
    holes = rows.with_columns(
        x=pl.when(pl.int_range(pl.len()) % 2 == 0).then(pl.col("x")).otherwise(None)
    )
    assert 0.3 < strengths(formula, holes)["x", "bent"] < strengths(formula, rows)["x", "bent"]
