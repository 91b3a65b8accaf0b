"""`evidence_of`: why a window alarms, from the rows that the champion keeps beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import polars as pl

from relevo.cycle.faults_in import faults_in, places_of
from relevo.cycle.window import Judged, Window, seen
from relevo.model.model import Model
from relevo.problem.problem import Problem
from relevo.score.metrics import row_losses
from relevo.train.blocks import blocks_of
from relevo.train.segment_names import segment_names
from relevo.train.target import target_values
from relevo.validate.target.kinds import kind_of
from relevo.watch.cause import Cause
from relevo.watch.confined import confined
from relevo.watch.data_faults import data_faults
from relevo.watch.explain_loss import ExplainedLoss, Outcomes, explain_loss
from relevo.watch.explain_signals import Evidence
from relevo.watch.faults.part import Part
from relevo.watch.signals import Signal
from relevo.watch.since import since
from relevo.watch.stakes import Stakes
from relevo.watch.world_cause import world_cause

FEWEST_LABELS = 30


def evidence_of(
    signals: Sequence[Signal],
    window: Window,
    model: Model,
    reference: pl.DataFrame,
    judged: Judged,
) -> Evidence:
    """What is wrong with the data and, when something alarms and nothing is, with the world.

    Parameters
    ----------
    signals
        What was found so far.
    window, model
        What was watched, and the champion.
    reference, judged
        Rows that it learnt from, and those that judged it.

    """
    problem = model.problem
    before, now = model.predictors(reference), model.predictors(window.rows)
    places = places_of(reference, problem), places_of(window.rows, problem)
    faults = faults_in(window.rows, window.times, reference, model)
    if window.logged:  # who asks twice of one row breaks nothing
        faults = tuple(one for one in faults if one.kind != "duplicated")
    alarmed = [one for one in signals if one.alarm]
    began = _since(alarmed, faults, before, now, window.times)
    faults += _late(began, faults, before, now, window.times, places)
    found = _loss(window, model, judged) if alarmed and not faults else None
    world = _world(found, bool(faults), problem) if alarmed else None
    parts = (Part.of(before, None, places[0], 0), Part.of(now, None, places[1], 0))
    columns = {one.column for one in alarmed if one.kind == "drift" and one.column in now.columns}
    return Evidence(
        faults=faults,
        world=world,
        since=began,
        confined={name: where for name in columns if (where := confined(name, *parts))},
        extra_loss=_extra(found, window, model, judged),
        stakes=_stakes(window, problem),
        rows=window.rows.height,
    )


def _since(
    alarmed: Sequence[Signal],
    faults: Sequence[Cause],
    before: pl.DataFrame,
    now: pl.DataFrame,
    times: pl.Series | None,
) -> dict[str, datetime]:
    """When each column that alarms, or is at fault, began to, where that was within the window."""
    if times is None or times.null_count():
        return {}
    missing = {one.column for one in alarmed if one.kind == "missing"}
    missing |= {name for one in faults if one.kind == "missing" for name in one.columns}
    names = {one.column for one in alarmed if one.kind == "drift"}
    names |= {name for one in faults for name in one.columns} | missing
    found = {}
    for name in sorted(names & set(now.columns)):
        newer, older = now[name], before[name]
        if name in missing:
            newer, older = (side.is_null().cast(pl.Float64) for side in (newer, older))
        if kind_of(newer) and kind_of(newer) == kind_of(older):
            began = since(newer, older, times)
            if began.inside:
                found[name] = np.datetime64(began.time, "us").item()
    return found


def _late(
    began: dict[str, datetime],
    faults: Sequence[Cause],
    before: pl.DataFrame,
    now: pl.DataFrame,
    times: pl.Series | None,
    places: tuple[pl.Series | None, pl.Series | None],
) -> tuple[Cause, ...]:
    """Faults that show only in the rows since a column began to change."""
    known = {name for one in faults for name in one.columns}
    found: list[Cause] = []
    for name, start in began.items():
        if name in known or times is None:
            continue
        later = times >= start
        where = None if places[1] is None else places[1].filter(later)
        found += data_faults(
            before.select(name),
            now.select(name).filter(later),
            segments_reference=places[0],
            segments_current=where,
        )
    return tuple(one for one in found if one.columns and one.confidence == "almost certain")


def _world(found: ExplainedLoss | None, at_fault: bool, problem: Problem) -> Cause:
    if at_fault:
        return Cause("unknown", (), "possible", 0, 1.0, "faults_first")
    return world_cause(found, problem.watch.alpha)


def _loss(window: Window, model: Model, judged: Judged) -> ExplainedLoss | None:
    """How much of the loss other rows explain; on the labelled rows where these are enough."""
    problem = model.problem
    before = Outcomes(
        model.predictors(judged.rows),
        seen(judged.prediction),
        target_values(judged.rows[problem.target], model.classes),
        blocks_of(judged.rows, problem),
    )
    if window.labelled.height < FEWEST_LABELS:
        now = Outcomes(model.predictors(window.rows), seen(window.prediction))
    else:
        now = Outcomes(
            model.predictors(window.labelled),
            seen(window.labelled_prediction),
            target_values(window.labelled[problem.target], model.classes),
            blocks_of(window.labelled, problem),
        )
    return explain_loss(problem.task, before, now)


def _extra(
    found: ExplainedLoss | None, window: Window, model: Model, judged: Judged
) -> float | None:
    """What a row costs more than before: in loss, or in errors where these have the costs."""
    if window.labelled.height >= FEWEST_LABELS:
        pairs = ((window.labelled, window.labelled_prediction), (judged.rows, judged.prediction))
        now, before = (_per_row(rows, seen(said), model) for rows, said in pairs)
        return now - before
    if found is None or _counts_errors(model.problem):
        return None
    return found.expected - found.before


def _per_row(rows: pl.DataFrame, prediction: np.ndarray, model: Model) -> float:
    problem = model.problem
    target = target_values(rows[problem.target], model.classes)
    if not _counts_errors(problem) or not model.binary:
        return float(row_losses(problem.task, target, prediction).mean())
    called = prediction[:, 1] >= model.threshold
    costs = problem.costs
    wrong = np.where(called, costs.false_positive, costs.false_negative) * (called != target)
    return float(wrong.mean())


def _counts_errors(problem: Problem) -> bool:
    """Whether the problem file prices errors and not the loss."""
    given = problem.costs.model_fields_set
    return "loss" not in given and bool(given & {"false_positive", "false_negative"})


def _stakes(window: Window, problem: Problem) -> Stakes:
    costs, days = problem.costs, window.days
    errors, per_day = _counts_errors(problem), None if days is None else window.rows.height / days
    per_loss = costs.loss if "loss" in costs.model_fields_set else 1.0 if errors else None
    names = segment_names(window.rows, problem)
    rows = {}
    if days and names is not None and not errors:
        rows = dict(names.alias("name").value_counts(name="rows").iter_rows())
    of_segment = {str(name): count / days for name, count in rows.items()} if days else {}
    return Stakes(per_loss, per_day, of_segment, costs.update)
