"""Rows of every kind for the tests of drift."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest


@pytest.fixture(scope="session")
def drawn() -> Callable[..., pl.DataFrame]:
    """Rows of a seed, so many, shifted by so much."""
    return rows_of


def rows_of(seed: int, rows: int, shift: float = 0.0) -> pl.DataFrame:
    """Heavy tails, ties, few values, gaps, words, rare words, dates and running numbers."""
    rng = np.random.default_rng(seed)
    base = rng.normal(shift, 1, rows)
    gaps = np.where(rng.random(rows) < 0.1, np.nan, base)
    return pl.DataFrame(
        {
            "plain": base,
            "heavy": np.sinh(3 * rng.normal(size=rows)),
            "tied": np.where(base < 0.3, 0.0, base),
            "few": rng.poisson(2, rows),
            "flag": rng.random(rows) < 0.4,
            "gaps": gaps,
            "word": rng.choice(["a", "b", "c"], rows, p=[0.6, 0.3, 0.1]),
            "rare": rng.choice([f"r{at}" for at in range(40)], rows),
            "holes": pl.Series(rng.choice(["x", "y", ""], rows)),
            "day": pl.date_range(pl.date(2013, 1, 1), pl.date(2013, 1, 2), eager=True).sample(
                rows, with_replacement=True, seed=seed
            ),
            "row": np.arange(rows),
            "none": [None] * rows,
        }
    )
