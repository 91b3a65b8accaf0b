"""Exact additive attributions of each row, per source column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relevo.model.model import Model
from relevo.prepare.matrix import Matrix


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

    """

    columns: tuple[str, ...]
    values: NDArray[np.float64]
    base: NDArray[np.float64]


def attributions(model: Model, matrix: Matrix) -> Attributions:
    """The attributions of rows.

    For boosting these are Shapley values along the trees (Lundberg et al., 2020, Nature Machine
    Intelligence 2), computed by LightGBM itself; for a linear model the coefficient times the
    distance from the mean. The features of one column (the parts of a date, the words of a text)
    are added up.

    Parameters
    ----------
    model
        The model that is explained.
    matrix
        Rows that keep its contract, prepared: `Model.matrix` of a table.

    """
    per_feature = model.predictor.contributions(matrix)
    if per_feature.shape[1] == 1:
        of_output = per_feature[:, 0, :]
    else:
        chosen = model.predictor.predict(matrix).values.astype(np.intp)
        of_output = per_feature[np.arange(len(matrix)), chosen, :]
    columns = tuple(dict.fromkeys(matrix.columns))
    place = {column: position for position, column in enumerate(columns)}
    values = np.zeros((len(matrix), len(columns)))
    for feature, column in enumerate(matrix.columns):
        values[:, place[column]] += of_output[:, feature]
    return Attributions(columns, values, of_output[:, -1])
