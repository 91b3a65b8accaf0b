from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.validate.expected.outcome_model import OutcomeModel


@pytest.mark.parametrize("count", range(2, 11))
def test_few_rows_say_nothing_beyond_the_guess(count):
    rng = np.random.default_rng(count)
    rows, guess = pl.DataFrame({"x": rng.normal(size=count)}), rng.normal(size=(count, 1))
    model = OutcomeModel.fit(rows, rng.normal(size=count), guess, "regression", seed=count)
    # Five rows in a leaf at least: nothing can be split among so few.
    assert np.array_equal(model(rows, guess), guess)


def test_columns_say_what_the_guess_leaves_out():
    rng = np.random.default_rng(0)
    rows = pl.DataFrame({"x": rng.normal(size=600)})
    outcome, guess = 2.0 * rows["x"].to_numpy(), np.zeros((600, 1))
    model = OutcomeModel.fit(rows, outcome, guess, "regression")
    # Held rows, of a spread of 4: most of it is told.
    assert np.mean((model.held[:, 0] - outcome) ** 2) < 0.5
