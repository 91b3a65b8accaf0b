from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl
import pytest

from relevo.data.contract import learn_contract
from relevo.explain.decisions.column_features import ColumnFeatures
from relevo.prepare.preparation import Preparation

FRAME = pl.DataFrame(
    {
        "size": [1.0, 2.0, 4.0] * 20,
        "kind": ["a", "b", "c"] * 20,
        "when": [datetime(2020 + year // 12, 1 + year % 12, 3) for year in range(60)],
        "y": [0.0, 1.0, 2.0] * 20,
    }
)


@pytest.fixture
def preparation() -> Preparation:
    return Preparation.fit(FRAME.drop("y"), learn_contract(FRAME, "y"), keys=("kind",))


def test_a_value_becomes_the_features_that_the_preparation_gives(preparation: Preparation) -> None:
    features = ColumnFeatures(preparation)
    before = {"size": 1.0, "kind": "a", "when": datetime(2021, 1, 3)}
    after = {"size": 2.0, "kind": "c", "when": datetime(2023, 5, 3)}
    changed = preparation.row(before)
    for column in features.columns:
        changed[features.places[column]] = features.encode(column, after[column])
    assert changed.tolist() == preparation.row(after).tolist()


def test_a_column_with_a_key_holds_both_features(preparation: Preparation) -> None:
    features = ColumnFeatures(preparation)
    assert features.columns == ("size", "kind", "when")
    assert len(features.places["kind"]) == 2
    assert not features.plain


def test_contributions_are_added_up_by_column(preparation: Preparation) -> None:
    features = ColumnFeatures(preparation)
    per_feature = np.random.default_rng(0).normal(size=(5, len(preparation.features)))
    summed = features.sums(per_feature)
    kind = features.columns.index("kind")
    assert np.allclose(summed[:, kind], per_feature[:, features.places["kind"]].sum(axis=1))
    assert np.allclose(summed.sum(axis=1), per_feature.sum(axis=1))
    assert np.allclose(features.sums_row(per_feature[0]), summed[0])
