"""`RowCodes`: a decision and, where it is a refusal, the reasons that are owed for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Code:
    """One column that counted against a person.

    Attributes
    ----------
    column, value
        The column and what the row holds there.
    typical
        What is typical of rows that were not refused; None for a text.
    contribution
        What the column adds to the push towards refusal (see `RowCodes.score`); above zero.
    effect
        How much the log-odds of the refusal fall when the column is put at its typical value:
        tried with the model, and above zero.
    stable
        The share of tiny changes of the row under which the column is still among the codes.
    text
        The same in words.

    """

    column: str
    value: Any
    typical: Any
    contribution: float
    effect: float
    stable: float
    text: str


@dataclass(frozen=True)
class RowCodes:
    """A prediction and the codes of a refusal, the first one the most important.

    Attributes
    ----------
    prediction
        As `Model.predict_row` gives it.
    adverse
        Whether it is a refusal; only then there are codes.
    codes
        At most as many as were asked for.
    stability
        The share of tiny changes of the row (each number by a hundredth of its spread, up or down)
        under which exactly the same columns are named.
    score, base, rest
        `score` is the push towards refusal: the log-odds of the refusal, or, with more than two
        classes, how far its score is ahead of the next one. It is `base` (of an average row), plus
        the contributions of the codes, plus `rest`: all other columns, those included that are
        never stated. Of a row that is not refused only `score` is worked out, and all of it is in
        `rest`.
    why
        Why a refusal has no code; empty when it has one.

    """

    prediction: dict[str, Any]
    adverse: bool
    codes: tuple[Code, ...]
    stability: float
    score: float
    base: float
    rest: float
    why: str = ""
