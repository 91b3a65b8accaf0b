"""`Axis`: the values along which a column's effect is shown, and how rows are moved along them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.data.category_text import category_texts
from relevo.errors import DataMistake, nearest
from relevo.explain.columns.one_score import places_of
from relevo.model.model import Model
from relevo.prepare.category import Category
from relevo.prepare.key import Key
from relevo.prepare.matrix import Matrix
from relevo.prepare.step import Step
from relevo.prepare.text import Text

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]

MOST_LEVELS = 20


@dataclass(frozen=True)
class Axis:
    """Where rows stand on one column, and what the features are at each of its values.

    Attributes
    ----------
    column
        The column, or the feature of a date or text, such as `when.month`.
    places
        The features that change, `(n_places,)`.
    numbers
        For a number, each row's, `(n_rows,)`; else None.
    levels
        For categories, the names of the most frequent; else empty.
    of_row
        For categories, the position of each row's level, -1 for one that is not among them or
        missing, `(n_rows,)`.
    blocks
        For categories, the features at each level, `(n_levels, n_places)`.

    """

    column: str
    places: Positions
    numbers: Floats | None
    levels: tuple[str, ...] = ()
    of_row: Positions | None = None
    blocks: Floats | None = None

    def moved(self, values: Floats, to: Floats) -> Floats:
        """The rows with other values of this column.

        Parameters
        ----------
        values
            Shape `(n_rows, n_features)`.
        to
            Shape `(n_rows, n_places)`, or one that broadcasts to it.

        """
        changed = values.copy()
        changed[:, self.places] = to
        return changed


def axis_of(model: Model, frame: pl.DataFrame, matrix: Matrix, column: str) -> Axis:
    """The axis of a column, or of one feature of a date or a text.

    Parameters
    ----------
    model
        Whose preparation made `matrix` of `frame`.
    frame, matrix
        The rows as the contract types them, and prepared.
    column
        The name.

    Raises
    ------
    DataMistake
        When the model does not use such a column, when it has no value in these rows, or when it
        is a date or a text, of which only the parts have an axis.

    """
    places = places_of(matrix)
    if column in places:
        steps = [step for step in model.preparation.steps if step.column == column]
        if any(isinstance(step, Category | Key) for step in steps):
            return _of_levels(column, places[column], frame[column], steps)
        if len(places[column]) == 1:
            return _of_numbers(column, places[column], matrix)
        kind = "text" if any(isinstance(step, Text) for step in steps) else "moment"
        parts = [matrix.features[place] for place in places[column][:5]]
        raise DataMistake(f"effects.of_parts_{kind}", column=column, parts=", ".join(parts))
    if column in matrix.features:
        return _of_numbers(column, np.array([matrix.features.index(column)]), matrix)
    known = [*places, *matrix.features]
    key = "unused_column" if column in model.contract.names else "unknown_column"
    raise DataMistake(
        f"effects.{key}",
        column=column,
        known=", ".join(places),
        hint=nearest(column, known),
    )


def _of_numbers(column: str, places: Positions, matrix: Matrix) -> Axis:
    numbers = matrix.values[:, places[0]]
    if not np.isfinite(numbers).any():
        raise DataMistake("effects.all_missing", column=column, rows=len(numbers))
    return Axis(column, places, numbers)


def _of_levels(column: str, places: Positions, values: pl.Series, steps: list[Step]) -> Axis:
    texts = category_texts(values)
    counts = texts.drop_nulls().value_counts(name="rows").sort(
        ["rows", column], descending=[True, False]
    )  # fmt: skip
    if not counts.height:
        raise DataMistake("effects.all_missing", column=column, rows=len(values))
    levels = counts[column].head(MOST_LEVELS).to_list()
    codes = texts.replace_strict(
        levels, list(range(len(levels))), default=-1, return_dtype=pl.Int64
    ).fill_null(-1).to_numpy().astype(np.intp)  # fmt: skip
    first = values[[int(np.argmax(codes == place)) for place in range(len(levels))]]
    blocks = np.empty((len(levels), len(places)))
    start = 0
    for step in steps:
        stop = start + len(step.features)
        step.table(first, blocks[:, start:stop])
        start = stop
    return Axis(column, places, None, tuple(levels), codes, blocks)
