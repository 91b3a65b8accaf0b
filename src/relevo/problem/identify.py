"""`identify`: what kind of task a target column asks for, with the reason in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from relevo.errors import DataMistake, ProblemMistake, nearest
from relevo.problem.problem import Task
from relevo.words import say

Kind = Literal[
    "number",
    "integer",
    "boolean",
    "category",
    "text",
    "date",
    "datetime",
    "constant",
    "empty",
    "other",
]
LooksLike = Literal[
    "forecasting", "image_classification", "text_classification", "entity_extraction"
]

# Whole numbers are classes when they are few, and each stands on 20 rows or more on average.
FEW_CLASSES, FEW_SHARE = 20, 0.05
_IMAGE = re.compile(r"\.(jpe?g|png|gif|bmp|tiff?|webp)$", re.IGNORECASE)
_ENTITIES = re.compile(r"\b[BI]-[A-Z]{2,}\b|[\"']start[\"']\s*:")


@dataclass(frozen=True)
class ColumnFacts:
    """What must be known of a column to identify a task.

    Attributes
    ----------
    name, kind
        Its name, and what it holds.
    rows, missing
        All rows, and those without a value.
    distinct
        Different values, missing not counted.
    examples
        Some values as text, the most frequent first.
    rarest
        The rarest value as text and its rows, where values were counted.

    """

    name: str
    kind: Kind
    rows: int
    distinct: int
    missing: int = 0
    examples: tuple[str, ...] = ()
    rarest: tuple[str, int] | None = None

    @property
    def filled(self) -> int:
        """Rows with a value."""
        return self.rows - self.missing


@dataclass(frozen=True)
class Identified:
    """A task and why.

    Attributes
    ----------
    task
        What can be trained now.
    why
        The reason, a sentence with figures in the language in force.
    looks_like
        A task that the data resemble more, and that is not trained yet.

    """

    task: Task
    why: str
    looks_like: LooksLike | None = None


def find_target(columns: Sequence[ColumnFacts], name: str) -> ColumnFacts:
    """The facts of the target among all columns.

    Raises
    ------
    ProblemMistake
        When no column has this name; the nearest one is named.

    """
    for column in columns:
        if column.name == name:
            return column
    names = [column.name for column in columns]
    hint = nearest(name, names)
    raise ProblemMistake("identify.no_target", target=name, columns=len(names), hint=hint)


def identify(target: ColumnFacts, others: Sequence[ColumnFacts], time: str | None) -> Identified:
    """The task that a target asks for.

    Strings and booleans are classes. Whole numbers are classes when there are two, or at most 20
    that stand on 20 rows each on average, none on a single one; other numbers are a regression.

    Parameters
    ----------
    target
        The column to be predicted.
    others
        The columns beside it.
    time
        The name of the time column, if there is one.

    Returns
    -------
    Identified
        The task and the reason.

    Raises
    ------
    DataMistake
        When the target is empty or constant, has a class of a single row, or is a date.
    ProblemMistake
        When it has too many classes for its rows, as a name or an identifier has.

    Examples
    --------
    >>> price = ColumnFacts("price", "number", rows=1000, distinct=830)
    >>> identify(price, [], None).task
    'regression'

    """
    _check_values(target)
    if target.kind in ("integer", "number"):
        task, reason = _numbers(target)
    else:
        task, reason = "classification", target.kind
    if task == "classification":
        _check_classes(target)
    values = {"target": target.name, "distinct": target.distinct, "rows": target.filled}
    why = say(f"identify.why.{reason}", **values)
    looks_like = _resembles(task, target, others, time)
    if looks_like:
        why += " " + _not_yet(looks_like)
    return Identified(task, why, looks_like)


def _numbers(target: ColumnFacts) -> tuple[Task, str]:
    if target.distinct == 2:
        return "classification", "two_numbers"
    few = target.distinct <= min(FEW_CLASSES, FEW_SHARE * target.filled)
    lone = target.rarest is not None and target.rarest[1] < 2
    if target.kind == "integer" and few and not lone:
        return "classification", "few_numbers"
    return "regression", "many_numbers"


def _check_values(target: ColumnFacts) -> None:
    values = {"target": target.name, "rows": target.rows}
    if not target.filled or target.kind == "empty":
        raise DataMistake("identify.empty_target", **values)
    if target.distinct < 2:
        value = target.examples[0] if target.examples else ""
        raise DataMistake("identify.constant_target", value=value, **values)
    if target.kind in ("date", "datetime", "other"):
        raise DataMistake("identify.odd_target", example=", ".join(target.examples[:1]), **values)


def _check_classes(target: ColumnFacts) -> None:
    many = target.distinct > FEW_CLASSES and target.distinct * 2 > target.filled
    if many or target.kind == "text" or target.distinct == target.filled > 2:
        raise ProblemMistake(
            "identify.too_many_classes",
            target=target.name,
            classes=target.distinct,
            rows=target.filled,
            hint=" " + _not_yet("entity_extraction") if _tagged(target) else "",
        )
    if target.rarest and target.rarest[1] == 1:
        raise DataMistake("identify.lone_class", target=target.name, value=target.rarest[0])


def _resembles(
    task: Task, target: ColumnFacts, others: Sequence[ColumnFacts], time: str | None
) -> LooksLike | None:
    predictors = [
        column
        for column in others
        if column.name not in (target.name, time) and column.kind not in ("constant", "empty")
    ]
    if task == "classification":
        if _tagged(target):
            return "entity_extraction"
        if any(_mostly(_IMAGE, column.examples) for column in predictors):
            return "image_classification"
        texts = [column.kind == "text" for column in predictors]
        return "text_classification" if texts and all(texts) else None
    moments = next((column.distinct for column in others if column.name == time), 0)
    return "forecasting" if moments and _is_series(target.rows, moments, predictors) else None


def _is_series(rows: int, moments: int, predictors: Sequence[ColumnFacts]) -> bool:
    """Whether rows are moments of one series, or of one per category, with nothing beside them."""
    if not predictors:
        return moments == rows
    alone = len(predictors) == 1 and predictors[0].kind in ("category", "integer")
    return alone and abs(moments * predictors[0].distinct - rows) <= 0.1 * rows


def _tagged(target: ColumnFacts) -> bool:
    return target.kind in ("category", "text") and _mostly(_ENTITIES, target.examples)


def _mostly(pattern: re.Pattern[str], examples: Sequence[str]) -> bool:
    return bool(examples) and sum(map(bool, map(pattern.search, examples))) * 2 > len(examples)


def _not_yet(looks_like: LooksLike) -> str:
    return say("identify.not_yet", task=say(f"identify.task.{looks_like}"))
