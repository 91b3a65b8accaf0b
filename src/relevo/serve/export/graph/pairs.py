"""`widened`: the features behind the features that boosted trees may see."""

from __future__ import annotations

import numpy as np

from relevo.learn.pairs import Pairs
from relevo.serve.export.graph.builder import Tensor


def widened(values: Tensor, pairs: Pairs) -> Tensor:
    """Features with differences, ratios, products and places in a category behind them."""
    graph, made = values.graph, []
    left, right = pairs.sides
    if len(left):
        one = values.columns(pairs.numbers[left])
        other = values.columns(pairs.numbers[right])
        made += [one - other, one / other, one * other]
    if len(pairs.categories):
        made += _beside_the_category(values, pairs)
    return graph.concatenated(values, *(part.finite() for part in made))


def _beside_the_category(values: Tensor, pairs: Pairs) -> list[Tensor]:
    codes, count = values.columns(pairs.categories), pairs.n_codes
    known = (codes >= 0.0) & (codes < count.astype(np.float64))
    level = known.chosen(codes, count.astype(np.float64)).cast("int64") + pairs.first_level[:-1]
    numbers = values.columns(pairs.numbers).apply("Unsqueeze", np.array([1]))
    mean, spread = (level.graph.apply("Gather", of, level) for of in (pairs.mean, pairs.spread))
    flat = np.array([-1, len(pairs.categories) * len(pairs.numbers)])
    return [part.apply("Reshape", flat) for part in (mean, (numbers - mean) / spread)]
