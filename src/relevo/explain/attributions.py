"""Additive attributions of each row, per source column: exact, or with their errors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from relevo.model.model import Model
from relevo.prepare.matrix import Matrix

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Attributions:
    """What each column adds to the score of each row.

    Attributes
    ----------
    columns
        The source columns.
    values
        Shape `(n_rows, n_columns)`; on the scale of the score: log-odds of the positive class (of
        the predicted class with more than two), or the unit of the target.
    base
        Shape `(n_rows,)`: the score when nothing is known of the row. `base` plus a row's values
        is its score.
    errors
        Standard errors of the values, `(n_rows, n_columns)`; None where these are exact. Of the
        parts of one column they are added up, which is the most they can be together.

    """

    columns: tuple[str, ...]
    values: Floats
    base: Floats
    errors: Floats | None = None


@dataclass(frozen=True)
class RowAttributions:
    """What each column adds to the score of one row.

    Attributes
    ----------
    columns, values, base
        As in `Attributions`; `values` has shape `(n_columns,)`.

    """

    columns: tuple[str, ...]
    values: Floats
    base: float


def attributions(model: Model, matrix: Matrix) -> Attributions:
    """The attributions of rows.

    For boosting these are Shapley values along the trees (Lundberg et al., 2020, Nature Machine
    Intelligence 2); for a linear model the coefficient times the distance from the mean; for a
    network they are sampled, with errors. The features of one column (the parts of a date, the
    words of a text) are added up.

    Parameters
    ----------
    model
        The model that is explained.
    matrix
        Rows that keep its contract, prepared: `Model.matrix` of a table.

    """
    per_feature, errors = model.predictor.sampled_contributions(matrix)
    if per_feature.shape[1] == 1:
        chosen = np.zeros(len(matrix), dtype=np.intp)
    else:
        chosen = model.predictor.predict(matrix).values.astype(np.intp)
    rows = np.arange(len(matrix))
    columns, places = _of_columns(matrix.columns)
    of_output = per_feature[rows, chosen]
    return Attributions(
        columns,
        _added_up(of_output[:, :-1], places, len(columns)),
        of_output[:, -1],
        None if errors is None else _added_up(errors[rows, chosen], places, len(columns)),
    )


def attributions_row(model: Model, prepared: Floats) -> RowAttributions:
    """The attributions of one prepared row, in microseconds beyond what the predictor takes.

    Parameters
    ----------
    model
        The model that is explained.
    prepared
        The row as `Preparation.row` gives it, shape `(n_features,)`.

    """
    per_feature = model.predictor.contributions_row(prepared)
    output = 0
    if len(per_feature) > 1:
        output = int(per_feature.sum(axis=1).argmax())  # the predicted class has the highest score
    columns, places = _of_columns(model.preparation.columns)
    of_output = per_feature[output]
    added = np.bincount(places, of_output[:-1], len(columns)).astype(np.float64, copy=False)
    return RowAttributions(columns, added, float(of_output[-1]))


@lru_cache(maxsize=64)
def _of_columns(feature_columns: tuple[str, ...]) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    """The columns, each once, and the place of each feature's among them."""
    columns = tuple(dict.fromkeys(feature_columns))
    place = {column: position for position, column in enumerate(columns)}
    return columns, np.array([place[column] for column in feature_columns], dtype=np.intp)


def _added_up(of_features: Floats, places: NDArray[np.intp], n_columns: int) -> Floats:
    values = np.zeros((len(of_features), n_columns))
    for feature, place in enumerate(places):
        values[:, place] += of_features[:, feature]
    return values
