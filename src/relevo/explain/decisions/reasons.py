"""`reasons`: the columns that moved one decision most, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import polars as pl

from relevo.data.conform import conform
from relevo.data.table import Table
from relevo.explain.attributions import attributions
from relevo.explain.decisions.fit_row import fit_rows
from relevo.explain.decisions.row_explainer import Reason, RowExplainer
from relevo.model.model import Model
from relevo.prepare.matrix import Matrix


@dataclass(frozen=True)
class RowReasons:
    """A prediction and its strongest reasons, the strongest first."""

    prediction: dict[str, Any]
    reasons: tuple[Reason, ...]


def reasons(
    model: Model,
    rows: pl.DataFrame | Mapping[str, Any] | Sequence[Mapping[str, Any]] | Any,
    n: int = 3,
    lang: str | None = None,
) -> tuple[RowReasons, ...]:
    """The `n` columns that moved each row's prediction most.

    Parameters
    ----------
    model
        The model that decided.
    rows
        A table, one mapping, or one mapping per row; they keep the model's contract.
    n
        How many reasons per row.
    lang
        Language of the texts.

    Returns
    -------
    tuple of RowReasons
        One per row, in the order of the rows.

    Raises
    ------
    DataMistake
        When a mapping breaks the model's contract, or a table lacks a column.

    """
    if isinstance(rows, Mapping | Sequence):
        given = fit_rows(model, rows)
    else:
        given = conform(Table.of(rows).data, model.contract).to_dicts()
    if not given:
        return ()
    prepared = [model.preparation.row(row) for row in given]
    predicted = [model.answer(row) for row in prepared]
    found = reasons_of(model, model.preparation.matrix(prepared), given, predicted, n, lang)
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
    explainer, started = RowExplainer.of(model, lang), perf_counter()
    if len(rows) == 1:
        found = [explainer.strongest(matrix.values[0], rows[0], predicted[0], n)]
    else:
        found = explainer.reasons(list(attributions(model, matrix).values), rows, predicted, n)
    seconds = (perf_counter() - started) / max(1, len(rows))
    explainer.seconds = min(explainer.seconds, seconds)
    return found
