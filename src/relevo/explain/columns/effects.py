"""`effects`: how the score goes with each of several columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from relevo.errors import DataMistake
from relevo.explain.columns.effect import BINS, Effect, EffectRows, Kind, Scale, most_of
from relevo.explain.columns.one_score import places_of
from relevo.model.model import Model
from relevo.prepare.moment import Moment


@dataclass(frozen=True)
class Effects:
    """The effects of columns, and which have none.

    Attributes
    ----------
    effects
        In the order asked for; each part of a date has its own.
    left_out
        Columns without an effect, each with why: `"text"`, `"all_missing"`, `"unused_column"`.

    """

    effects: tuple[Effect, ...]
    left_out: tuple[tuple[str, str], ...] = ()


def effects(
    model: Model,
    rows: pl.DataFrame,
    columns: Iterable[str],
    kind: Kind = "ale",
    *,
    scale: Scale = "score",
    label: Any = None,
    bins: int = BINS,
    most_rows: int | None = None,
    seed: int = 0,
) -> Effects:
    """The effects of several columns, the rows prepared once: see `effect`.

    A date is replaced by its parts, the rest of the date held as it is; a text is left out.

    Raises
    ------
    DataMistake
        When there is no row, or a name is none of the model's columns.
    OptionMistake
        When the kind, the scale or the label is unknown.

    """
    most = most_of(kind) if most_rows is None else most_rows
    prepared = EffectRows.of(model, rows, scale, label, most, seed)
    found: list[Effect] = []
    left_out: list[tuple[str, str]] = []
    for column in columns:
        for part in _parts(model, prepared, column):
            try:
                found.append(prepared.effect(part, kind, bins))
            except DataMistake as mistake:
                reason = mistake.key.removeprefix("effects.").removeprefix("of_parts_")
                if reason == "unknown_column":
                    raise
                left_out.append((part, reason))
    return Effects(tuple(found), tuple(left_out))


def _parts(model: Model, prepared: EffectRows, column: str) -> Iterator[str]:
    dates = {step.column for step in model.preparation.steps if isinstance(step, Moment)}
    if column not in dates:
        yield column
        return
    for place in places_of(prepared.matrix)[column]:
        yield prepared.matrix.features[place]
