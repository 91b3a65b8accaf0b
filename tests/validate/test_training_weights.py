from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.data.contract import learn_contract
from relevo.errors import DataMistake
from relevo.problem.problem import Problem
from relevo.validate.training_weights import training_weights

RNG = np.random.default_rng(0)
ROWS = pl.DataFrame(
    {
        "row": range(600),
        "age": RNG.uniform(18, 80, 600),
        "sex": RNG.choice(["f", "m"], 600, p=[0.3, 0.7]),
        "y": RNG.choice(["no", "yes"], 600),
    }
)


def problem(**population):
    return Problem.model_validate(
        {
            "name": "p",
            "task": "classification",
            "target": "y",
            "data": {"path": "rows.csv"},
            "roles": {"id": "row"},
            "population": population,
        }
    )


def weights(target_rows=None, **asked):
    of = problem(**asked)
    return training_weights(ROWS, of, learn_contract(ROWS, "y", of.roles), target_rows)


def test_margins_of_the_problem_file():
    found = weights(margins={"sex": {"f": 0.52, "m": 0.48}, "age": {">65": 0.18}})
    assert found.mean() == pytest.approx(1)
    assert np.average(ROWS["sex"] == "f", weights=found) == pytest.approx(0.52, abs=1e-8)
    assert np.average(ROWS["age"] > 65, weights=found) == pytest.approx(0.18, abs=1e-8)


def test_rows_with_some_of_the_columns():
    older = pl.DataFrame({"age": RNG.uniform(45, 80, 400).astype(str), "else": ["x"] * 400})
    found = weights(older, path="target.csv")
    assert np.average(ROWS["age"], weights=found) > ROWS["age"].mean() + 8


def test_the_target_and_the_id_are_not_compared():
    rows = ROWS.with_columns(row=pl.col("row") + 10_000, y=pl.lit("yes"))
    assert weights(rows, path="target.csv") == pytest.approx(np.ones(600))


def test_without_a_population_or_with_weights_off_every_row_weighs_one():
    assert (weights() == 1).all()
    assert (weights(margins={"sex": {"f": 0.9, "m": 0.1}}, weights=False) == 1).all()


def test_target_rows_without_any_learnt_column():
    with pytest.raises(DataMistake) as caught:
        weights(pl.DataFrame({"Age": [1.0] * 20, "y": ["no"] * 20}), path="target.csv")
    assert caught.value.key == "population.no_common_column"
