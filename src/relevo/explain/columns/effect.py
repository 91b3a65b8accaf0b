"""`effect`: how the score goes with one column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.data.conform import conform
from relevo.errors import DataMistake, OptionMistake
from relevo.explain.columns.ale import Curve, ale
from relevo.explain.columns.axis import Axis, axis_of
from relevo.explain.columns.one_score import OneScore, score_of_label
from relevo.explain.columns.partial_dependence import partial_dependence
from relevo.model.model import Model
from relevo.prepare.matrix import Matrix
from relevo.problem.problem import Problem
from relevo.score.rows import block_codes
from relevo.train.blocks import PERIODS, blocks_of

Floats = NDArray[np.float64]
Kind = Literal["ale", "pdp"]
Scale = Literal["score", "prediction"]

MOST_ROWS: dict[Kind, int] = {"ale": 4_000, "pdp": 1_000}
"""Accumulated local effects predict each row twice, partial dependence once for each position."""
BINS = 20
_REPLICATES = 200
_COVERAGE = 0.95
_SPREAD = (0.1, 0.9)


@dataclass(frozen=True)
class Effect:
    """The effect of one column on the score.

    Attributes
    ----------
    column
        The column, or the feature of a date or a text.
    kind
        `"ale"`: accumulated local effects, of mean zero over the rows; `"pdp"`: partial
        dependence, the mean score.
    scale
        `"score"` (log-odds, or the unit of the target) or `"prediction"` (a probability).
    label
        The class that the score speaks for; None for a number.
    positions
        Numbers, or categories: by similarity for `"ale"`, the most frequent first for `"pdp"`.
    values
        At each position.
    low, high
        The band, 95 %, position by position, over other rows (blocks of rows) of the same kind:
        the model stays the same.
    rows
        Rows on each position: of a number those of the bin that ends there.
    missing
        Rows without a value, or with one that is not among the positions.
    spread_low, spread_high
        Of partial dependence, between which ends lie four of five rows' own curves at each
        position (individual conditional expectation); empty else.

    """

    column: str
    kind: Kind
    scale: Scale
    label: Any
    positions: tuple[float, ...] | tuple[str, ...]
    values: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    rows: tuple[int, ...]
    missing: int
    spread_low: tuple[float, ...] = ()
    spread_high: tuple[float, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether the positions are numbers."""
        return not isinstance(self.positions[0], str)


def effect(
    model: Model,
    rows: pl.DataFrame,
    column: str,
    kind: Kind = "ale",
    *,
    scale: Scale = "score",
    label: Any = None,
    bins: int = BINS,
    at: Sequence[float] | None = None,
    most_rows: int | None = None,
    seed: int = 0,
) -> Effect:
    """How a model's score goes with one column, over rows such as these.

    Parameters
    ----------
    model
        The model that is explained.
    rows
        Rows that keep its contract; targets are not needed.
    column
        A column of numbers or categories, or a part of a date such as `when.month`. Of more than
        20 categories the most frequent are shown.
    kind
        `"ale"` moves each row by a small step only and is right for correlated columns; `"pdp"`
        gives every row every value.
    scale, label
        The scale, and of a classification the class; default the positive, or the last.
    bins
        Of a number, at most so many.
    at
        Of `"pdp"`, the numbers to be shown in place of the ends of the bins.
    most_rows
        Of more a sample is taken; default 4,000 for `"ale"` and 1,000 for `"pdp"`.
    seed
        Of the sample and the bootstrap.

    Raises
    ------
    DataMistake
        When there is no row, no such column, no value of it, or only its parts have an effect.
    OptionMistake
        When the kind, the scale or the label is unknown.

    """
    most = most_of(kind) if most_rows is None else most_rows
    return EffectRows.of(model, rows, scale, label, most, seed).effect(column, kind, bins, at)


def most_of(kind: str) -> int:
    """How many rows the effects of a kind stand on, if not told otherwise.

    Raises
    ------
    OptionMistake
        When there is no such kind.

    """
    if kind not in MOST_ROWS:
        raise OptionMistake("effects.unknown_kind", kind=kind)
    return MOST_ROWS[kind]


@dataclass(frozen=True)
class EffectRows:
    """Rows prepared once for the effects of several columns.

    Attributes
    ----------
    model, scale, label, score
        What is explained.
    frame, matrix
        The rows.
    weights
        Shape `(1 + n_replicates, n_rows)`: ones, then how often the bootstrap drew each row.

    """

    model: Model
    scale: Scale
    label: Any
    score: OneScore
    frame: pl.DataFrame
    matrix: Matrix
    weights: Floats

    @classmethod
    def of(
        cls,
        model: Model,
        rows: pl.DataFrame,
        scale: Scale,
        label: Any,
        most_rows: int,
        seed: int,
    ) -> EffectRows:
        """Prepare the rows and draw the bootstrap, as `effect` says."""
        if not rows.height:
            raise DataMistake("effects.no_rows")
        rows = rows.sample(most_rows, seed=seed) if rows.height > most_rows else rows
        frame = conform(rows, model.contract)
        matrix = model.preparation.table(frame)
        score = score_of_label(model, matrix, label, scale)
        units = _units(rows, model.problem)
        label = (model.classes[-1] if label is None else label) if model.classes else None
        return cls(model, scale, label, score, frame, matrix, _drawn(units, seed))

    def effect(
        self, column: str, kind: Kind, bins: int = BINS, at: Sequence[float] | None = None
    ) -> Effect:
        """The effect of one column."""
        axis = axis_of(self.model, self.frame, self.matrix, column)
        if kind == "ale":
            curve = ale(self.score, self.matrix, axis, bins, self.weights)
        else:
            curve = partial_dependence(self.score, self.matrix, axis, bins, self.weights, at)
        return self._told(axis, kind, curve)

    def _told(self, axis: Axis, kind: Kind, curve: Curve) -> Effect:
        low, high = _band(curve.curves)
        left, right = _own_curves(curve)
        return Effect(
            axis.column,
            kind,
            self.scale,
            self.label,
            curve.positions,
            tuple(curve.curves[0].tolist()),
            low,
            high,
            tuple(curve.rows.tolist()),
            len(self.matrix) - int(curve.rows.sum()),
            left,
            right,
        )


def _units(rows: pl.DataFrame, problem: Problem) -> NDArray[np.intp]:
    """The independent unit of each row: its block, where the rows have one."""
    block = problem.renew.block
    column = problem.roles.time if block in PERIODS else block
    blocks = blocks_of(rows, problem) if column in rows.columns else None
    return np.arange(rows.height) if blocks is None else block_codes(blocks, rows.height)


def _drawn(units: NDArray[np.intp], seed: int) -> Floats:
    count = int(units.max()) + 1
    if count < 2:
        return np.ones((1, len(units)))
    times = np.random.default_rng(seed).multinomial(
        count, np.full(count, 1 / count), size=_REPLICATES
    )
    return np.concatenate([np.ones((1, len(units))), times[:, units].astype(np.float64)])


def _band(curves: Floats) -> tuple[tuple[float, ...], tuple[float, ...]]:
    if len(curves) == 1:  # one row, or one block, says nothing of others
        width = curves.shape[1]
        return (-np.inf,) * width, (np.inf,) * width
    tail = (1 - _COVERAGE) / 2
    low, high = np.quantile(curves[1:], (tail, 1 - tail), axis=0)
    return tuple(np.minimum(low, curves[0]).tolist()), tuple(np.maximum(high, curves[0]).tolist())


def _own_curves(curve: Curve) -> tuple[tuple[float, ...], tuple[float, ...]]:
    if curve.each is None:
        return (), ()
    low, high = np.quantile(curve.each, _SPREAD, axis=0)
    return tuple(low.tolist()), tuple(high.tolist())
