"""`called_positive`: which rows a classifier of two classes calls positive."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.model.model import Model


def called_positive(
    model: Model, rows: pl.DataFrame
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """The calls at the model's threshold and the chances of a positive, `(n_rows,)` each."""
    probabilities = model.predict(rows).probabilities
    assert probabilities is not None  # A classifier in two classes.
    chance = probabilities[:, 1]
    return np.asarray(chance >= model.threshold), chance
