"""The design columns of linear models and networks."""

from __future__ import annotations

import numpy as np

from relevo.learn.layout import Layout
from relevo.serve.export.graph.builder import Tensor


def dense(values: Tensor, layout: Layout, soft: bool = False) -> Tensor:
    """Numbers, bends and indicators, `(n_rows, n_dense)`; `soft` draws numbers towards zero."""
    numbers = values.columns(layout.numbers)
    gone = numbers.is_missing()
    scaled = gone.chosen(0.0, (numbers - layout.mean) / layout.spread)
    parts = [_softened(scaled) if soft else scaled]
    if len(layout.bent):
        bends = (numbers.columns(layout.bent) - layout.knots) / layout.reach
        shares = bends.apply("Clip", 0.0, 1.0) - layout.bend_mean
        parts.append(gone.columns(layout.bent).chosen(0.0, shares))
    if len(layout.indicated):
        parts.append(gone.columns(layout.indicated).cast("double"))
    return values.graph.concatenated(*parts)


def levels(values: Tensor, layout: Layout) -> Tensor:
    """The level of each category, `(n_rows, n_categories)`, whole numbers."""
    codes, missing = values.columns(layout.categories), np.diff(layout.first_level) - 1.0
    known = (codes >= 0.0) & (codes < missing)
    instead = codes.is_missing().chosen(missing, 0.0)
    return known.chosen(codes, instead).cast("int64") + layout.first_level[:-1]


def _softened(numbers: Tensor) -> Tensor:
    third = numbers / 3.0
    return numbers / (third * third + 1.0).apply("Sqrt")
