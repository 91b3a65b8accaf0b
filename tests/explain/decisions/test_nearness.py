from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.data.contract import learn_contract
from relevo.explain.decisions.nearness import Nearness
from relevo.prepare.preparation import Preparation

random = np.random.default_rng(0)
NUMBER = random.normal(size=400)
FRAME = pl.DataFrame(
    {
        "one": NUMBER,
        "two": NUMBER + random.normal(size=400) * 0.1,
        "kind": random.choice(["a", "b"], 400),
        "y": random.normal(size=400),
    }
)
PREPARATION = Preparation.fit(FRAME.drop("y"), learn_contract(FRAME, "y"))


@pytest.fixture
def nearness() -> Nearness:
    return Nearness(PREPARATION, PREPARATION.table(FRAME), {"one": 1.0, "two": 1.0})


def test_a_real_row_is_at_no_distance(nearness: Nearness) -> None:
    assert nearness(PREPARATION.table(FRAME.head(5)).values).max() == 0.0


def test_real_rows_are_as_near_as_usual_and_what_never_occurs_together_is_not(
    nearness: Nearness,
) -> None:
    assert 0.0 < nearness.usual < 0.5
    together = PREPARATION.row({"one": 1.0, "two": 1.0, "kind": "a"})
    apart = PREPARATION.row({"one": 1.0, "two": -1.0, "kind": "a"})  # each of them is common
    near, far = nearness(np.array([together, apart]))
    assert near <= nearness.usual < far


def test_missing_values_and_unknown_categories_are_at_one(nearness: Nearness) -> None:
    known = PREPARATION.row(FRAME.row(0, named=True))
    odd = PREPARATION.row(FRAME.row(0, named=True) | {"kind": "z"})
    lacking = PREPARATION.row(FRAME.row(0, named=True) | {"kind": None})
    assert nearness(np.array([known, odd, lacking])).tolist() == [0.0, 1.0, 1.0]
