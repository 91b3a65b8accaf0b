"""`counterfactuals`: the least changes of a row that would turn its decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from relevo.compute.budget import Budget
from relevo.explain.decisions.counterfactual import Counterfactuals
from relevo.explain.decisions.counterfactual_search import CounterfactualSearch
from relevo.model.model import Model


def counterfactuals(
    model: Model,
    row: Mapping[str, Any],
    wanted: Any,
    n: int = 1,
    immutable: Iterable[str] = (),
    time_limit: str | float = "1s",
    reference: Any = None,
    lang: str | None = None,
) -> Counterfactuals:
    """What the least change is after which the model would decide as wanted.

    The fewest columns are changed, and these as little as can be; each answer is put through the
    model again. The idea is that of Wachter, Mittelstadt and Russell (2018), Harvard Journal of
    Law & Technology 31; that what is immutable stays and directions are kept, that of actionable
    recourse (Ustun, Spangher and Liu, 2019, FAT*). A value never becomes missing, and texts stay.

    Parameters
    ----------
    model
        The model that decided.
    row
        The row; it keeps the model's contract.
    wanted
        A label of the model. Of a regression `(low, high)`, both ends included, None for an open
        end; or a text such as `">= 100"`, `"<= 20"`, `"100..200"`.
    n
        How many; each changes other columns than the others, or the same ones to clearly other
        values.
    immutable
        Columns that cannot change, besides those in `explain.immutable`, the sensitive ones, and
        the time, site, device, weight and id of the row. Those in `explain.only_rises` and
        `explain.only_falls` change in that direction alone.
    time_limit
        Wall time for everything, such as `"200ms"`; the best so far is given when it is up.
    reference
        Rows such as the model was trained on: columns are changed to values that occur there, and
        the changed row is to be near to one of them (see `Nearness`).
    lang
        Language of the texts.

    Returns
    -------
    Counterfactuals
        A sequence of what was found; when it is empty, `why` says why and `blocked_by` what is in
        the way.

    Raises
    ------
    DataMistake
        When the row breaks the model's contract.
    OptionMistake
        When `wanted` is no label or range or already the answer, a column of `immutable` is
        unknown, every column is immutable, `n` is below one, or the time limit is no duration.

    """
    budget = Budget.parse(time_limit)
    return CounterfactualSearch(model, reference, immutable, lang)(row, wanted, n, budget)
