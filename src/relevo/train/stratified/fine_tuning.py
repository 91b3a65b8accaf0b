"""`fine_tuned`: the coefficients of the segments that new rows are of, brought up to date."""

from __future__ import annotations

import numpy as np
import polars as pl

from relevo.learn.rows import spread_and_mean
from relevo.train.stratified.evidence import PoolingEvidence, segment_table
from relevo.train.stratified.held import marks_of
from relevo.train.stratified.losses import LOSSES
from relevo.train.stratified.outputs import Outputs, Pooled, wanted_of
from relevo.train.stratified.predictor import Coefficients, StratifiedPredictor, bare
from relevo.train.stratified.segment_rows import SegmentRows

_KEY = "key of the segment"
_KINDS = ("unchanged", "common", "pooled", "separate")


def fine_tuned(warm: StratifiedPredictor, rows: SegmentRows, seed: int = 0) -> StratifiedPredictor:
    """A copy of `warm` that has learnt from further rows; `warm` itself if that is no better.

    What is learnt is a change of each segment's coefficients, pooled over the segments of these
    rows as far as rows held back say; "unchanged" is the first choice. Segments of which there are
    no rows keep their coefficients to the bit. A segment that comes for the first time begins with
    what it was answered so far, and is known from now on.

    Parameters
    ----------
    warm
        The former predictor.
    rows
        The new rows, prepared as those of `warm`; their classes are its classes.
    seed
        Of what is estimated by sampling.

    """
    matrix, segments = bare(rows.matrix, rows.n_keys), rows.segments
    loss = LOSSES[warm.settings["loss"]]()
    spread, _ = spread_and_mean(rows.target) if loss.noise is None else (1.0, 0.0)
    base_columns = None
    if warm.base is not None and warm.base_scale is not None:
        centre, reach = warm.base_scale.T
        base_columns = (warm.base.scores(matrix) - centre) / reach
    pooled = Outputs(
        rows,
        warm.columns.of(matrix.values),
        wanted_of(rows.target.scaled(spread, 0.0)),
        warm.scores(rows.matrix) / spread,
        base_columns,
        loss,
        _KINDS if len(segments) > 1 else _KINDS[:2],
        marks_of(matrix.values, rows.target.values),
        seed=seed,
    ).pooled()
    if all(one.choice.used == ("unchanged",) for one in pooled) and not _new(warm, rows).any():
        return warm
    return _with(warm, rows, pooled, spread)


def share_of_segments(warm: StratifiedPredictor, rows: SegmentRows) -> float:
    """What part of the rows that `warm` has learnt from was of the segments of these rows."""
    known = warm.segments["rows"].to_numpy()
    here = np.isin(warm.coefficients.keys[warm.coefficients.seen], rows.segments.keys)
    return float(known[here].sum() / max(1, known.sum()))


def _new(warm: StratifiedPredictor, rows: SegmentRows) -> np.ndarray:
    """Which segments of the rows come for the first time."""
    known = warm.coefficients.keys[warm.coefficients.seen]
    return ~np.isin(rows.segments.keys, known)


def _with(
    warm: StratifiedPredictor, rows: SegmentRows, pooled: list[Pooled], spread: float
) -> StratifiedPredictor:
    segments, of = rows.segments, warm.coefficients
    first = rows.matrix.take(segments.order[segments.starts[:-1]])
    change = spread * np.stack([one.values for one in pooled], axis=1)
    values = warm.coefficients_of(first) + change
    kept = ~np.isin(of.keys, segments.keys)
    keys = np.concatenate((of.keys[kept], segments.keys))
    seen = np.concatenate((of.seen[kept], np.ones(len(segments), dtype=bool)))
    order = np.argsort(keys)
    coefficients = Coefficients(
        keys[order], np.concatenate((of.values[kept], values))[order], seen[order], of.elsewhere
    )
    last = pooled[-1]
    table = segment_table(last.choice, last.cases, rows.names, last.own, spread)
    return StratifiedPredictor(
        coefficients,
        warm.columns,
        warm.n_keys,
        _tables(
            warm.segments.with_columns(pl.Series(_KEY, of.keys[of.seen])),
            table.with_columns(pl.Series(_KEY, segments.keys)),
        ),
        PoolingEvidence.of(last.choice, last.cases, spread),
        warm.features,
        warm.classes,
        {**warm.settings, "fine_tuned": "+".join(last.choice.used)},
        warm.base,
        warm.base_scale,
        warm.groups,
    )


def _tables(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """What is known of all segments: of those with new rows the new errors, and all their rows."""
    untouched = before.join(now, on=_KEY, how="anti")
    rows = before.select(_KEY, pl.col("rows").alias("former_rows"))
    now = now.join(rows, on=_KEY, how="left")
    total = pl.col("rows") + pl.col("former_rows").fill_null(0)
    now = now.with_columns(total.alias("rows")).drop("former_rows")
    return pl.concat([untouched, now]).sort(_KEY).drop(_KEY)
