"""`reason_codes`: why a decision went against a person, in words that can be contested."""

from __future__ import annotations

from typing import Any

from relevo.explain.decisions.reason_coder import ReasonCoder
from relevo.explain.decisions.row_codes import RowCodes
from relevo.model.model import Model


def reason_codes(
    model: Model,
    rows: Any,
    reference: Any = None,
    lang: str | None = None,
    n: int | None = None,
) -> tuple[RowCodes, ...]:
    """The columns that pushed each refused row towards its refusal most.

    A code is stated only when the model itself bears it out: with the column at its typical value
    and all else as it is, refusal must be less likely. Contributions are averaged over tiny
    changes of the row, and a column that these make come and go is not stated before one that
    stays. Sensitive columns, those in `explain.not_reasons`, ids and weights are never stated; what
    they add is in `RowCodes.rest`.

    At most four, the principal ones: Regulation B, 12 CFR 1002.9(b)(2) and its commentary.

    Parameters
    ----------
    model
        The model that decided.
    rows
        A table, one mapping, or one mapping per row; they keep the model's contract.
    reference
        Rows such as the model was trained on, to know what is typical of those not refused; the
        contract's usual values are taken without them.
    lang
        Language of the texts.
    n
        The most codes of one row; the problem's `explain.most_reasons` when None.

    Returns
    -------
    tuple of RowCodes
        One per row, in the order of the rows.

    Raises
    ------
    DataMistake
        When a row breaks the model's contract.
    OptionMistake
        When the model predicts a number, the refusal is no class of it, or `n` is below one.

    """
    return ReasonCoder(model, reference, lang, n)(rows)
