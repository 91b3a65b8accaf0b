"""`reasons`: the columns that moved one decision most, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from relevo.data.conform import conform
from relevo.data.table import Table
from relevo.explain.attributions import attributions
from relevo.model.model import Model
from relevo.prepare.matrix import Matrix
from relevo.words import say


@dataclass(frozen=True)
class Reason:
    """One column's part in a decision.

    Attributes
    ----------
    column, value
        The column and what the row holds there.
    contribution
        What it adds to the score (see `Attributions.values`).
    text
        The same in words.

    """

    column: str
    value: Any
    contribution: float
    text: str


@dataclass(frozen=True)
class RowReasons:
    """A prediction and its strongest reasons, the strongest first."""

    prediction: dict[str, Any]
    reasons: tuple[Reason, ...]


def reasons(
    model: Model,
    rows: pl.DataFrame | Sequence[Mapping[str, Any]] | Any,
    n: int = 3,
    lang: str | None = None,
) -> tuple[RowReasons, ...]:
    """The `n` columns that moved each row's prediction most.

    Parameters
    ----------
    model
        The model that decided.
    rows
        A table, or one mapping per row; they keep the model's contract.
    n
        How many reasons per row.
    lang
        Language of the texts.

    Returns
    -------
    tuple of RowReasons
        One per row, in the order of the rows.

    """
    frame = conform(_frame(rows), model.contract)
    given = frame.to_dicts()
    predicted = [model.predict_row(row) for row in given]
    found = reasons_of(model, model.matrix(frame), given, predicted, n, lang)
    return tuple(map(RowReasons, predicted, found))


def reasons_of(
    model: Model,
    matrix: Matrix,
    rows: Sequence[Mapping[str, Any]],
    predicted: Sequence[Mapping[str, Any]],
    n: int,
    lang: str | None = None,
) -> list[tuple[Reason, ...]]:
    """The strongest reasons of rows that are prepared and predicted already.

    Parameters
    ----------
    model
        The model that decided.
    matrix, rows, predicted
        The rows prepared, as they came, and what the model said of each.
    n, lang
        As in `reasons`.

    """
    parts = attributions(model, matrix)
    order = np.argsort(-np.abs(parts.values), axis=1, kind="stable")[:, :n]
    several = len(model.classes) > 2
    return [
        tuple(
            _reason(
                parts.columns[column],
                row,
                parts.values[position, column],
                str(predicted[position]["label"]) if several else _positive(model),
                lang,
            )
            for column in order[position]
        )
        for position, row in enumerate(rows)
    ]


def _frame(rows: Any) -> pl.DataFrame:
    if isinstance(rows, Mapping):
        rows = [rows]
    if isinstance(rows, Sequence):
        return pl.DataFrame(list(rows), infer_schema_length=None)
    return Table.of(rows).data


def _positive(model: Model) -> str:
    return str(model.classes[-1]) if model.classes else ""


def _reason(
    column: str, row: Mapping[str, Any], contribution: float, towards: str, lang: str | None
) -> Reason:
    value = row.get(column)
    direction = "raises" if contribution > 0 else "lowers"
    kind = "class" if towards else "number"
    text = say(
        f"explain.{direction}_{kind}",
        lang,
        column=column,
        value=say("explain.nothing", lang) if value is None else _shown(value),
        size=f"{abs(contribution):.3g}",
        label=towards,
    )
    return Reason(column, value, float(contribution), text)


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
