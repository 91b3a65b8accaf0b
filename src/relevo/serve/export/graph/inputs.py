"""`features`: a table's columns as inputs, and the features that the preparation makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from relevo.data.contract import ColumnContract
from relevo.errors import ModelMistake
from relevo.learn.learner import KnowsSegments
from relevo.model.model import UNSEEN, Model
from relevo.prepare.category import Category
from relevo.prepare.key import Key
from relevo.prepare.moment import Moment
from relevo.prepare.number import Number
from relevo.prepare.step import Step
from relevo.serve.export.graph.builder import TREES, Tensor
from relevo.serve.export.graph.moment import MISSING_TIME, moment
from relevo.train.stratified.predictor import StratifiedPredictor

# What stands for a missing text where an empty one is a category; no column holds control codes.
_CANCEL = "\x18"
_KINDS = {
    "number": "double",
    "boolean": "double",
    "category": "string",
    "text": "string",
    "date": "int64",
    "datetime": "int64",
}


@dataclass(frozen=True)
class Input:
    """How a column is given.

    Attributes
    ----------
    column, name
        The column, and its name in the graph: the same, but where an output has this name.
    type
        `double`, `string` or `int64` (microseconds since 1970, UTC).
    missing
        What stands for a missing value.

    """

    column: str
    name: str
    type: str
    missing: float | str | int


Given = tuple[Tensor, Input]


def inputs_of(model: Model) -> tuple[Input, ...]:
    """An input for each column that the contract requires, in its order."""
    columns = model.contract.required
    names, outputs = {column.name for column in columns}, set(outputs_of(model))
    filled = {step.column for step in model.preparation.steps if _knows_empty(step, model)}
    return tuple(
        _input(column, outputs | (names - {column.name}), column.name in filled)
        for column in columns
    )


def outputs_of(model: Model) -> tuple[str, ...]:
    """The names of what comes out, the numbers first."""
    known = (UNSEEN,) if isinstance(model.predictor, KnowsSegments) else ()
    return ("probabilities", "label", *known) if model.classes else ("value", *known)


def features(model: Model, given: Mapping[str, Given]) -> Tensor:
    """The prepared features but for the keys of segments, `(n_rows, n_features)`.

    Parameters
    ----------
    model
        Has the preparation.
    given
        Each column's tensor `(n_rows, 1)`, and how it is given.

    Raises
    ------
    ModelMistake
        When a column's preparation cannot be written in ONNX.

    """
    steps = [step for step in model.preparation.steps if not isinstance(step, Key)]
    first, *others = (_prepared(step, *given[step.column]) for step in steps)
    return first.graph.concatenated(first, *others)


def _knows_empty(step: Step, model: Model) -> bool:
    """Whether an empty text is a category, or names a segment."""
    if isinstance(step, Key) and isinstance(model.predictor, StratifiedPredictor):
        return "" in model.predictor.segments[step.column].to_list()
    return isinstance(step, Category) and "" in step.frequent


def _input(column: ColumnContract, taken: set[str], knows_empty: bool) -> Input:
    name, kind = column.name, _KINDS[column.type]
    while name in taken:
        name += "_"
    missing: dict[str, float | str | int] = {
        "double": np.nan,
        "string": _CANCEL if knows_empty else "",
        "int64": MISSING_TIME,
    }
    return Input(column.name, name, kind, missing[kind])


def _prepared(step: Step, values: Tensor, given: Input) -> Tensor:
    if isinstance(step, Number):
        return values.finite()
    if isinstance(step, Category):
        return _codes(step, values, given)
    if isinstance(step, Moment):
        return moment(step, values)
    raise ModelMistake("export.no_operator", column=step.column, kind=step.kind)


def _codes(step: Category, values: Tensor, given: Input) -> Tensor:
    return values.apply(
        "LabelEncoder",
        domain=TREES,
        keys_tensor=np.array([given.missing, *step.frequent], dtype=object),
        values_tensor=np.array([np.nan, *range(1, step.codes)]),
        default_tensor=np.zeros(1),
    )
