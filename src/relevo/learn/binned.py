"""`binned`: rows as a LightGBM data set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import lightgbm

from relevo.learn.rows import Rows


def binned(
    rows: Rows,
    parameters: Mapping[str, Any],
    reference: lightgbm.Dataset | None = None,
    ordinal: bool = False,
) -> lightgbm.Dataset:
    """The rows as LightGBM bins them at first need, in the bins of `reference` if there is one.

    `ordinal` takes category codes as numbers.
    """
    return lightgbm.Dataset(
        rows.matrix.values,
        rows.target.values,
        reference=reference,
        weight=rows.target.weight,
        categorical_feature=[] if ordinal else sorted(rows.matrix.categories),
        params=dict(parameters),
    )
