"""What the segments of rows are called, and how many rows each has."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.data.category_text import category_texts
from relevo.problem.problem import Problem


def segment_names(frame: pl.DataFrame, problem: Problem) -> pl.Series | None:
    """The segment of each row: the values of the segment columns; None when there are none."""
    columns = [name for name in problem.roles.segment if name in frame.columns]
    if not columns:
        return None
    texts = [category_texts(frame[name]).fill_null("–") for name in columns]
    return pl.select(pl.concat_str(texts, separator=", ").alias("segment")).to_series()


def rows_of_segment(
    frame: pl.DataFrame, known: pl.DataFrame, problem: Problem
) -> NDArray[np.float64] | None:
    """How many of the `known` rows are of the segment of each row of `frame`, `(n_rows,)`."""
    names, theirs = segment_names(frame, problem), segment_names(known, problem)
    if names is None or theirs is None:
        return None
    counts = theirs.value_counts(name="rows")
    found = names.to_frame().join(counts, on="segment", how="left", maintain_order="left")
    return found["rows"].fill_null(0).cast(pl.Float64).to_numpy()
