from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.explain.attributions import attributions
from relevo.explain.trust.explained_rows import ExplainedRows


@pytest.fixture
def rows(formula):
    random = np.random.default_rng(0)
    frame = pl.DataFrame(
        {
            "x": random.normal(2, 3, 200),
            "flat": [1.0, 2.0] * 100,
            "kind": random.choice(["a", "b"], 200),
            "y": random.normal(size=200),
        }
    )
    model = formula(frame, lambda v: v[:, 0], keys=("kind",))
    same = frame.with_columns(flat=pl.lit(1.0))
    matrix = model.matrix(same)
    return ExplainedRows(
        model, attributions, matrix, attributions(model, matrix), matrix.values, None
    )


def test_columns_are_replaced_whole_with_their_keys(rows):
    other = rows.donors(np.random.default_rng(1))
    only_kind = np.zeros((200, 3), dtype=bool)
    only_kind[:, rows.parts.columns.index("kind")] = True
    changed = rows.replaced(other, only_kind)
    assert np.array_equal(changed[:, :2], rows.matrix.values[:, :2])
    assert np.array_equal(changed[:, 2:], other[:, 2:])
    both = rows.replaced(other, np.stack([only_kind, ~only_kind]))
    assert both.shape == (2, *rows.matrix.values.shape)
    assert np.array_equal(both[1][:, 2:], rows.matrix.values[:, 2:])


def test_numbers_are_neither_categories_nor_keys_nor_constant(rows):
    assert rows.numbers.tolist() == [0]
    assert rows.spreads[0] == pytest.approx(rows.matrix.values[:, 0].std())
    assert rows.unit == pytest.approx(rows.scores.std())
