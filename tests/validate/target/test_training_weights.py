from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from relevo.data.contract import learn_contract
from relevo.errors import DataMistake
from relevo.problem.problem import Problem
from relevo.validate.target.training_weights import training_weights

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


def weights(folder: Path, target_rows: pl.DataFrame | None = None, **asked):
    if target_rows is not None:
        target_rows.write_csv(folder / "target.csv")
        asked["path"] = "target.csv"
    of = problem(**asked)
    return training_weights(ROWS, of, learn_contract(ROWS, "y", of.roles), folder)


def test_margins_of_the_problem_file(tmp_path: Path) -> None:
    found = weights(tmp_path, margins={"sex": {"f": 0.52, "m": 0.48}, "age": {">65": 0.18}})
    assert found.mean() == pytest.approx(1)
    assert np.average(ROWS["sex"] == "f", weights=found) == pytest.approx(0.52, abs=1e-8)
    assert np.average(ROWS["age"] > 65, weights=found) == pytest.approx(0.18, abs=1e-8)


def test_rows_with_some_of_the_columns(tmp_path: Path) -> None:
    older = pl.DataFrame({"age": RNG.uniform(45, 80, 400).astype(str), "else": ["x"] * 400})
    found = weights(tmp_path, older)
    assert np.average(ROWS["age"], weights=found) > ROWS["age"].mean() + 8


def test_the_target_and_the_id_are_not_compared(tmp_path: Path) -> None:
    rows = ROWS.with_columns(row=pl.col("row") + 10_000, y=pl.lit("yes"))
    assert weights(tmp_path, rows) == pytest.approx(np.ones(600))


def test_without_a_population_or_with_weights_off_there_are_none(tmp_path: Path) -> None:
    assert weights(tmp_path) is None
    assert weights(tmp_path, margins={"sex": {"f": 0.9, "m": 0.1}}, weights=False) is None


def test_target_rows_without_any_learnt_column(tmp_path: Path) -> None:
    with pytest.raises(DataMistake) as caught:
        weights(tmp_path, pl.DataFrame({"Age": [1.0] * 20, "y": ["no"] * 20}))
    assert caught.value.key == "population.no_common_column"
