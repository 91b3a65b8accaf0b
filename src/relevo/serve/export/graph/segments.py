"""`segments`: which coefficients answer for each row, found by the names of its segment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np

from relevo.errors import ModelMistake
from relevo.prepare.key import key_of
from relevo.serve.export.graph.builder import TREES, Tensor
from relevo.serve.export.graph.inputs import Input
from relevo.train.stratified.predictor import StratifiedPredictor
from relevo.train.stratified.segments import combined

Name = tuple[str | None, ...]
_BETWEEN = "\x1f"  # the unit separator, which no text of a column holds
_NO_NAME = "\x1a"
_MOST_NAMES = 200_000
_BOOLEANS = {"true": 1.0, "false": 0.0}


@dataclass(frozen=True)
class Column:
    """A segment column: its tensor and how it is given."""

    values: Tensor
    given: Input


def segments(predictor: StratifiedPredictor, columns: Sequence[Column]) -> tuple[Tensor, Tensor]:
    """The node that answers for each row, and whether its segment was not learnt from.

    Both of shape `(n_rows, 1)`; rows that no node answers for have the number of nodes.

    Raises
    ------
    ModelMistake
        When the model does not know the names of all its segments.

    """
    names = predictor.segments.select(predictor.segments.columns[: len(columns)]).rows()
    known = _nodes(predictor, _candidates(names))
    groups = [_nodes(predictor, {name[:length] for name in names}) for length in predictor.groups]
    named = {node for nodes in (known, *groups) for node in nodes.values()}
    if len(named) < len(predictor.coefficients.keys):
        raise ModelMistake("export.unnamed_segments")
    texts = [_text(column, {name[at] for name in known}) for at, column in enumerate(columns)]
    own = _found(texts, columns, known)
    node = own
    for length, nodes in zip(predictor.groups, groups, strict=True):
        group = _found(texts[:length], columns, nodes) if length else nodes[()]
        node = (node < 0).chosen(group, node)
    elsewhere = len(predictor.coefficients.keys)
    seen = own.graph.apply("Gather", np.append(predictor.coefficients.seen, False), _or(own, -1))
    return _or(node, elsewhere), seen.apply("Not")


def _or(node: Tensor, instead: int) -> Tensor:
    return (node < 0).chosen(instead, node)


def _candidates(names: Sequence[Name]) -> Iterable[Name]:
    """The names that are known, and all mixtures of their parts: places without rows yet."""
    parts = [sorted({name[at] for name in names}, key=str) for at in range(len(names[0]))]
    return product(*parts) if prod(map(len, parts)) <= _MOST_NAMES else names


def _nodes(predictor: StratifiedPredictor, names: Iterable[Name]) -> dict[Name, int]:
    """The node of each name that has one."""
    listed, known = list(names), predictor.coefficients.keys
    parts = np.array([[key_of(part) for part in name] for name in listed], dtype=np.float64)
    keys = combined(parts.reshape(len(listed), -1))
    places = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    there = known[places] == keys
    return {
        name: int(place) for name, place, found in zip(listed, places, there, strict=True) if found
    }


def _text(column: Column, names: set[str | None]) -> Tensor:
    """A segment column as text; numbers and booleans by the names that are known."""
    values, given = column.values, column.given
    if given.type == "string":
        return values
    if given.type == "int64":
        raise ModelMistake("export.no_operator", column=given.column, kind="key")
    listed = sorted(name for name in names if name is not None)
    numbers = [_BOOLEANS[name] if name in _BOOLEANS else float(name) for name in listed]
    return values.apply(
        "LabelEncoder",
        domain=TREES,
        keys_tensor=np.array([np.nan, *numbers]),
        values_tensor=np.array(["", *listed], dtype=object),
        default_tensor=np.array([_NO_NAME], dtype=object),
    )


def _found(texts: Sequence[Tensor], columns: Sequence[Column], nodes: Mapping[Name, int]) -> Tensor:
    """The node of each row's name, -1 where it has none."""
    joined = texts[0]
    for text in texts[1:]:
        joined = joined.apply("StringConcat", np.array([_BETWEEN], dtype=object))
        joined = joined.apply("StringConcat", text)
    return joined.apply(
        "LabelEncoder",
        domain=TREES,
        keys_tensor=np.array([*map(_BETWEEN.join, _written(nodes, columns))], dtype=object),
        values_tensor=np.array([*nodes.values()], dtype=np.int64),
        default_tensor=np.array([-1]),
    )


def _written(nodes: Iterable[Name], columns: Sequence[Column]) -> Iterator[list[str]]:
    """Names as the graph sees them."""
    missing = [str(one.given.missing) if one.given.type == "string" else "" for one in columns]
    for name in nodes:
        yield [
            instead if part is None else part for part, instead in zip(name, missing, strict=False)
        ]
