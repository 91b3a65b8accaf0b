"""`graph_of`: a graph from what the user says of it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from relevo.data.category_text import category_texts
from relevo.data.table import Table
from relevo.errors import DataMistake, OptionMistake, nearest
from relevo.learn.estimator import whole
from relevo.train.stratified.graph import (
    NEIGHBOURS,
    Graph,
    Order,
    hierarchy,
    named_edges,
    nearest_places,
    product_of,
)
from relevo.train.stratified.segments import Segments
from relevo.words import say

Labels = Sequence[tuple[str | None, ...]]
WAYS = ("ordered", "cyclic", "hierarchy", "nearest", "edges")
_SHOWN = 5


def graph_of(spec: Any, labels: pl.DataFrame, segments: Segments, frame: pl.DataFrame) -> Graph:
    """The graph of segments.

    Parameters
    ----------
    spec
        `"ordered"` or `"cyclic"` (every segment column), `"hierarchy"` (segment columns named from
        the largest to the smallest), or a mapping: a segment column to `"ordered"`, `"cyclic"`, or
        its values in order; `nearest` to the columns of latitude and longitude, with `k` of them;
        `edges` to a file or table with the columns `from`, `to` and, if need be, `weight`.
    labels
        The segment columns as texts, a row for each row.
    segments
        Of the same rows.
    frame
        The rows as they came, with the columns that the spec names.

    Raises
    ------
    OptionMistake
        When the spec is none of these.
    DataMistake
        When it does not suit the rows.

    """
    names = labels[segments.order[segments.starts[:-1]]]
    texts = names.rows()
    if isinstance(spec, str):
        if spec == "hierarchy":
            return _hierarchy(names, texts)
        if spec in ("ordered", "cyclic"):
            return _product(dict.fromkeys(labels.columns, spec), names, texts)
        raise OptionMistake("train.graph_unknown", graph=spec, hint=nearest(spec, WAYS))
    if not isinstance(spec, Mapping) or not spec:
        raise OptionMistake("train.graph_unknown", graph=spec, hint="")
    if "nearest" in spec:
        return _nearest(spec, segments, frame)
    if "edges" in spec:
        return _edges(spec["edges"], names, texts)
    return _product(spec, names, texts)


def _product(spec: Mapping[str, Any], names: pl.DataFrame, texts: Labels) -> Graph:
    orders = {}
    for column, way in spec.items():
        if column not in names.columns:
            known = ", ".join(names.columns)
            hint = nearest(str(column), names.columns)
            raise OptionMistake("train.graph_column", column=column, known=known, hint=hint)
        cyclic = way == "cyclic"
        if isinstance(way, Mapping) and set(way) == {"cyclic"}:
            cyclic, way = True, way["cyclic"]
        values = names[column].drop_nulls().unique()
        if way in ("ordered", "cyclic"):
            listed = _in_order(values)
        elif isinstance(way, Sequence) and not isinstance(way, str):
            listed = category_texts(pl.Series(way)).to_list()
            absent = sorted(set(values.to_list()) - set(listed))
            if absent:
                raise DataMistake("train.graph_values", column=column, values=_few(absent))
        else:
            hint = nearest(str(way), WAYS)
            raise OptionMistake("train.graph_unknown", graph=f"{column} = {way!r}", hint=hint)
        orders[names.columns.index(column)] = Order(tuple(listed), cyclic)
    return product_of(texts, orders)


def _in_order(values: pl.Series) -> list[str]:
    numbers = values.cast(pl.Float64, strict=False)
    order = numbers.arg_sort() if not numbers.null_count() else values.arg_sort()
    return list(values[order].to_list())


def _hierarchy(names: pl.DataFrame, texts: Labels) -> Graph:
    if names.width < 2:
        raise OptionMistake("train.graph_flat", columns=", ".join(names.columns))
    largest, smallest = names.columns[0], names.columns[-1]
    if names[largest].n_unique() > names[smallest].n_unique():
        raise OptionMistake("train.graph_reversed", largest=largest, smallest=smallest)
    return hierarchy(texts)


def _nearest(spec: Mapping[str, Any], segments: Segments, frame: pl.DataFrame) -> Graph:
    columns = spec["nearest"]
    if isinstance(columns, str) or len(columns) != 2:
        raise OptionMistake("train.graph_unknown", graph=f"nearest = {columns!r}", hint="")
    k = spec.get("k", NEIGHBOURS)
    if not whole(k) or k < 1:
        raise OptionMistake("train.graph_unknown", graph=f"k = {k!r}", hint="")
    coordinates = np.empty((len(segments), 2))
    for place, (column, reach) in enumerate(zip(columns, (90.0, 180.0), strict=True)):
        if column not in frame.columns:
            known = ", ".join(frame.columns)
            hint = nearest(str(column), frame.columns)
            raise OptionMistake("train.graph_column", column=column, known=known, hint=hint)
        degrees = frame[column].cast(pl.Float64, strict=False).to_numpy()
        wrong = ~(np.abs(degrees) <= reach)
        if wrong.any():
            raise DataMistake(
                "train.graph_degrees",
                column=column,
                value=frame[column][int(wrong.argmax())],
                rows=int(wrong.sum()),
                reach=f"{reach:g}",
            )
        total = np.bincount(segments.of_row, degrees, len(segments))
        coordinates[:, place] = total / segments.sizes
    return nearest_places(coordinates, k)


def _edges(given: Any, names: pl.DataFrame, texts: Labels) -> Graph:
    if names.width != 1:
        raise OptionMistake("train.graph_edges_of_one", columns=", ".join(names.columns))
    table = Table.of(given).data
    missing = [name for name in ("from", "to") if name not in table.columns]
    if missing:
        raise DataMistake("train.graph_edges", missing=_few(missing), known=_few(table.columns))
    ends = [category_texts(table[name]).to_list() for name in ("from", "to")]
    weights = [1.0] * table.height
    if "weight" in table.columns:
        numbers = table["weight"].cast(pl.Float64, strict=False)
        wrong = table["weight"].filter(numbers.is_null() | ~(numbers > 0) | ~numbers.is_finite())
        if len(wrong):
            raise DataMistake("train.graph_weight", value=wrong[0], rows=len(wrong))
        weights = numbers.to_list()
    known = {text for (text,) in texts}
    named = {name for end in ends for name in end}
    strange = sorted(named - known, key=str)
    if not named & known:
        raise DataMistake(
            "train.graph_no_segment", names=_few(strange), known=_few(sorted(known, key=str))
        )
    if strange:
        sentence = say("train.graph_strange", names=_few(strange), count=len(strange))
        warnings.warn(sentence, UserWarning, stacklevel=5)
    return named_edges(texts, list(zip(*ends, weights, strict=True)))


def _few(names: Sequence[Any]) -> str:
    shown = ", ".join(str(name) for name in names[:_SHOWN])
    return f"{shown}, …" if len(names) > _SHOWN else shown
