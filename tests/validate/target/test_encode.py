from __future__ import annotations

import numpy as np
import polars as pl

from relevo.validate.target.encode import Encoding, beside


def test_what_was_learnt_holds_for_other_rows():
    before = pl.DataFrame({"x": [1, None, 3], "c": ["a", "b", "a"]})
    encoding = Encoding.of(before)
    assert encoding.categorical == [1]
    after = encoding(pl.DataFrame({"x": [4.0, 5.0, np.inf], "c": ["b", "new", None]}))
    assert np.isnan(after[2]).all()
    assert after[:2].tolist() == [[4.0, 1.0], [5.0, 2.0]]


def test_predictions_stand_beside_the_columns():
    rows = pl.DataFrame({"x": [1, 2]})
    assert beside(rows, np.array([5.0, 6.0])).columns == ["x", "prediction 0"]
    assert beside(rows, np.eye(2))["prediction 0"].to_list() == [0.0, 1.0]
