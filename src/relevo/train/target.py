"""Read the column to predict as numbers, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.data.category_text import category_text, category_texts
from relevo.errors import DataMistake
from relevo.learn.learner import Target
from relevo.problem.problem import Problem

_FEWEST_ROWS_OF_A_CLASS = 2
_FEWEST_ROWS = 10


def class_labels(values: pl.Series, problem: Problem) -> tuple[Any, ...]:
    """The labels of a classification in order, the positive one last; empty for a regression.

    Raises
    ------
    DataMistake
        When there is only one class, or a class has a single row.

    """
    if problem.task == "regression":
        return ()
    counts = values.drop_nulls().value_counts().sort(values.name)
    labels = counts[values.name].to_list()
    if len(labels) < 2:
        raise DataMistake(
            "train.one_class", column=values.name, value=category_text(labels[0]) if labels else ""
        )
    alone = counts.filter(pl.col("count") < _FEWEST_ROWS_OF_A_CLASS)[values.name].to_list()
    if alone:
        raise DataMistake("train.lonely_class", column=values.name, label=alone[0])
    if problem.positive is not None:
        positive = next(
            (x for x in labels if category_text(x) == category_text(problem.positive)), None
        )
        if positive is None:
            raise DataMistake(
                "train.no_positive",
                column=values.name,
                positive=problem.positive,
                labels=_listed(labels),
            )
        labels.remove(positive)
        labels.append(positive)
    return tuple(labels)


def check_target(frame: pl.DataFrame, problem: Problem) -> None:
    """Refuse rows whose target cannot be learnt.

    Raises
    ------
    DataMistake
        When too few are known, classes are missing or have a single row, or a number is not one.

    """
    outcomes = known_target(frame, problem.target)[problem.target]
    target_values(outcomes, class_labels(outcomes, problem))


def target_of(frame: pl.DataFrame, problem: Problem, classes: tuple[Any, ...]) -> Target:
    """The target of rows whose target is known (`known_target` keeps these).

    Raises
    ------
    DataMistake
        When a label is none of `classes`, or a number or a weight is not one.

    """
    named = problem.roles.weight
    weight = _weights(frame[named]) if named else None
    return Target(target_values(frame[problem.target], classes), classes, weight)


def target_values(values: pl.Series, classes: tuple[Any, ...]) -> NDArray[np.float64]:
    """Numbers as they are, labels as positions in `classes`; shape `(n_rows,)`."""
    if not classes:
        numbers = values.cast(pl.Float64, strict=False)
        wrong = values.filter(numbers.is_null() | ~numbers.is_finite())
        if len(wrong):
            raise DataMistake("train.not_number", column=values.name, value=wrong[0])
        return numbers.to_numpy()
    positions = {category_text(label): float(place) for place, label in enumerate(classes)}
    places = category_texts(values).replace_strict(positions, default=None, return_dtype=pl.Float64)
    unknown = values.filter(places.is_null())
    if len(unknown):
        raise DataMistake(
            "train.unknown_label", column=values.name, label=unknown[0], labels=_listed(classes)
        )
    return places.to_numpy()


def _weights(values: pl.Series) -> NDArray[np.float64]:
    weights = values.cast(pl.Float64, strict=False)
    wrong = values.filter(weights.is_null() | ~weights.is_finite() | (weights < 0))
    if len(wrong):
        raise DataMistake("train.bad_weight", column=values.name, value=wrong[0], rows=len(wrong))
    return weights.to_numpy()


def _listed(labels: Iterable[object]) -> str:
    return ", ".join(map(category_text, labels))


def known_target(frame: pl.DataFrame, target: str) -> pl.DataFrame:
    """The rows whose target is known.

    Raises
    ------
    DataMistake
        When these are too few to train and judge anything.

    """
    known = frame.filter(pl.col(target).is_not_null())
    if known.height < _FEWEST_ROWS:
        raise DataMistake("train.too_few", rows=known.height, column=target, needed=_FEWEST_ROWS)
    return known
