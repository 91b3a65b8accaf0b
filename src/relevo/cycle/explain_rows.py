"""Single decisions: their reasons, the codes of a refusal, and what would turn them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from relevo.cycle.results import ExplainedRow
from relevo.data.conform import conform
from relevo.explain.decisions.counterfactual_search import CounterfactualSearch
from relevo.explain.decisions.reason_coder import ReasonCoder
from relevo.explain.decisions.reasons import reasons
from relevo.model.model import Model


def explained_rows(
    model: Model,
    given: Mapping[str, Any] | pl.DataFrame,
    reference: pl.DataFrame,
    n: int,
    wanted: Any,
    immutable: Sequence[str],
) -> tuple[ExplainedRow, ...]:
    """Each row with its strongest reasons; a refusal with its codes; with `wanted`, the way there.

    Parameters
    ----------
    model
        Which decided.
    given
        One row, or a table that fits the model.
    reference
        Rows that trained it.
    n, wanted, immutable
        As in `explain`.

    """
    found = reasons(model, given, n)
    codes = ReasonCoder(model, reference)(given) if model.classes else (None,) * len(found)
    rows = [given] if isinstance(given, Mapping) else conform(given, model.contract).to_dicts()
    search = CounterfactualSearch(model, reference, immutable) if wanted is not None else None
    return tuple(
        ExplainedRow(
            one.prediction,
            one.reasons,
            bool(code and code.adverse),
            code.codes if code else (),
            search(row, wanted) if search else None,
        )
        for one, code, row in zip(found, codes, rows, strict=True)
    )
