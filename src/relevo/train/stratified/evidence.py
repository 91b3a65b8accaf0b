"""What rows held back say of each segment, and of each size of segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Any, overload

import numpy as np
import polars as pl
from scipy.special import stdtrit

from relevo.learn.learner import Floats
from relevo.train.stratified.choice import Choice, band_name, band_of
from relevo.train.stratified.grams import Cases
from relevo.train.stratified.losses import Loss, Squared
from relevo.train.stratified.segments import Positions

CHOSEN = "chosen"
_COVERED = 0.975


@dataclass(frozen=True)
class KindRow:
    """How one kind of pooling did in segments of one size.

    Attributes
    ----------
    band
        Rows that the segments had to learn from: `0`, where they were not known, `1-10`, ...
        `>1000`; `all` for all that were known.
    kind
        Of pooling; `chosen` for what they make together.
    weight
        How much it counts there; NaN for all sizes together.
    error, interval
        Root mean squared error, log loss, or minus the log likelihood of counts, on rows held back
        from the fit; 95 %, segments taken as independent.
    rows
        Held rows in segments of this size.

    """

    band: str
    kind: str
    weight: float
    error: float
    interval: tuple[float, float]
    rows: int


@dataclass(frozen=True)
class PoolingEvidence:
    """How segments were pooled, and what that rests on.

    Attributes
    ----------
    kind
        The kind that counts most over all held rows.
    error, interval
        Of what the kinds make together, as in `KindRow`.
    rows
        Every kind in segments of every size.

    """

    kind: str
    error: float
    interval: tuple[float, float]
    rows: tuple[KindRow, ...]

    @classmethod
    def of(cls, choice: Choice, cases: Cases, spread: float) -> PoolingEvidence:
        """What rows held back say; `spread` brings errors to the unit of the target."""
        rows = _kind_rows(choice, cases, spread)
        counts = choice.weights[band_of(choice.held.sizes)].sum(axis=0)
        kind = choice.kinds[int((counts + choice.weights[-1]).argmax())]
        known = [(row.error, row.interval) for row in rows if row.kind == CHOSEN]
        error, interval = known[0] if known else (nan, (nan, nan))
        return cls(kind, error, interval, rows)

    @classmethod
    def from_dict(cls, saved: dict[str, Any]) -> PoolingEvidence:
        """What `dataclasses.asdict` made, also after JSON."""
        rows = (KindRow(**{**row, "interval": tuple(row["interval"])}) for row in saved["rows"])
        return cls(saved["kind"], saved["error"], tuple(saved["interval"]), tuple(rows))


@dataclass(frozen=True)
class SegmentRow:
    """One segment.

    Attributes
    ----------
    segment
        Its name; several values where several columns make segments.
    rows
        That were learnt from.
    kind
        How it is pooled, for the most part.
    own
        How far it goes by its own rows: 0 is all from the others, 1 all from its own.
    error, interval, held_rows
        On its rows held back, as in `KindRow`; 95 %, rows taken as independent.
    common_error, separate_error
        Of a model of all rows, and of one of its own rows alone.

    """

    segment: str | tuple[str, ...] | None
    rows: int
    kind: str
    own: float
    error: float
    interval: tuple[float, float]
    held_rows: int
    common_error: float
    separate_error: float


class SegmentTable(Sequence[SegmentRow]):
    """All segments; `frame` holds the same as a table."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self._names = frame.columns[: frame.columns.index("rows")]

    def __len__(self) -> int:
        return self.frame.height

    @overload
    def __getitem__(self, place: int) -> SegmentRow: ...
    @overload
    def __getitem__(self, place: slice) -> SegmentTable: ...
    def __getitem__(self, place: int | slice) -> SegmentRow | SegmentTable:
        if isinstance(place, slice):
            return SegmentTable(self.frame[place])
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        found = self.frame.row(place, named=True)
        names = tuple(found.pop(name) for name in self._names)
        interval = found.pop("low"), found.pop("high")
        return SegmentRow(names[0] if len(names) == 1 else names, interval=interval, **found)

    def __repr__(self) -> str:
        return repr(self.frame)


def _kind_rows(choice: Choice, cases: Cases, spread: float) -> tuple[KindRow, ...]:
    """Every kind in every band; `spread` brings errors to the unit of the target."""
    held = choice.held
    y, weight = cases.y[held.rows], _weight(cases, held.rows)
    band = band_of(held.sizes)
    mixed = np.einsum("nk,kn->n", choice.weights[band], held.scores)
    found = []
    for place in (-1, *np.unique(band)):
        inside = np.flatnonzero(band == place if place >= 0 else band > 0)
        if not len(inside):
            continue
        for number, kind in enumerate((*choice.kinds, CHOSEN)):
            scores = mixed if kind == CHOSEN else held.scores[number]
            losses = _losses(choice.loss, scores[inside], y[inside])
            clusters = [one[inside] for one in held.clusters]
            error, low, high = _of_clusters(losses, weight[inside], clusters)
            counts = choice.weights[place, number] if place >= 0 and kind != CHOSEN else np.nan
            ends = _in_units(choice.loss, np.array([error, low, high]), spread).tolist()
            name = "all" if place < 0 else band_name(int(place))
            found.append(
                KindRow(name, kind, float(counts), ends[0], (ends[1], ends[2]), len(inside))
            )
    return tuple(found)


def segment_table(
    choice: Choice, cases: Cases, labels: pl.DataFrame, own: Floats, spread: float
) -> pl.DataFrame:
    """A row for each segment.

    Parameters
    ----------
    choice
        How kinds of pooling count.
    cases
        The rows.
    labels
        The segments' names: one column for each segment column, one row for each segment.
    own
        How far each segment goes by its own rows, `(n_segments,)`.
    spread
        Brings errors to the unit of the target.

    Returns
    -------
    DataFrame
        The names, `rows`, `kind`, `own` (from 0, all from the others, to 1), and of rows held back:
        `held_rows`, `error` with its ends `low` and `high`, `common_error`, `separate_error`; NaN
        where no row was held back.

    """
    held, n_segments = choice.held, len(cases.segments)
    y, weight = cases.y[held.rows], _weight(cases, held.rows)
    segment = cases.segments.of_row[held.rows]
    mixed = np.einsum("nk,kn->n", choice.weights[band_of(held.sizes)], held.scores)
    weight = weight * (held.sizes > 0)  # what is said of a segment when it is known
    bands = band_of(cases.sizes)
    strongest = np.array(choice.kinds)[choice.weights.argmax(axis=1)][bands]
    columns = {"rows": cases.segments.sizes, "kind": strongest, "own": own}
    columns["held_rows"] = np.bincount(segment[held.sizes > 0], minlength=n_segments)
    means = {}
    for name, scores in {
        "error": mixed,
        **dict(zip(choice.kinds, held.scores, strict=True)),
    }.items():
        losses = _losses(choice.loss, scores, y)
        means[name] = _by_segment(losses, weight, segment, n_segments)
    error, low, high = means["error"]
    for name, values in {"error": error, "low": low, "high": high}.items():
        columns[name] = _in_units(choice.loss, values, spread)
    for kind in ("common", "separate"):
        mean = means[kind][0] if kind in means else np.full(n_segments, np.nan)
        columns[f"{kind}_error"] = _in_units(choice.loss, mean, spread)
    table = pl.DataFrame(columns)
    return labels.hstack(table) if labels.width else table


def _weight(cases: Cases, rows: Positions) -> Floats:
    return np.ones(len(rows)) if cases.weight is None else cases.weight[rows]


def _losses(loss: Loss, scores: Floats, y: Floats) -> Floats:
    return np.asarray((y - scores) ** 2) if isinstance(loss, Squared) else loss.values(scores, y)


def _in_units(loss: Loss, means: Floats, spread: float) -> Floats:
    if not isinstance(loss, Squared):
        return means
    return np.asarray(spread * np.sqrt(np.maximum(means, 0.0)))


def _by_segment(
    losses: Floats, weight: Floats, segment: Positions, n_segments: int
) -> tuple[Floats, Floats, Floats]:
    """Mean and both ends of each segment, rows taken as independent."""
    total = np.bincount(segment, weight, n_segments)
    count = np.bincount(segment[weight > 0], minlength=n_segments)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.bincount(segment, weight * losses, n_segments) / total
        squares = (weight * (losses - mean[segment])) ** 2
        error = np.sqrt(np.bincount(segment, squares, n_segments) * count / (count - 1.0)) / total
        reach = stdtrit(np.maximum(count - 1, 1), _COVERED) * np.where(count > 1, error, np.nan)
    return mean, mean - reach, mean + reach


def _of_clusters(
    losses: Floats, weight: Floats, clusters: Sequence[Positions]
) -> tuple[float, float, float]:
    """Mean and both ends, by the clusters that leave it the least sure."""
    total = weight.sum()
    mean, reach = float((weight * losses).sum() / total), nan
    for cluster in clusters:
        number = np.unique(cluster, return_inverse=True)[1]
        apart = np.bincount(number, weight * (losses - mean))
        count = len(apart)
        if count > 1:
            error = np.sqrt((apart**2).sum() * count / (count - 1.0)) / total
            reach = float(np.fmax(reach, stdtrit(count - 1, _COVERED) * error))
    return mean, mean - reach, mean + reach
