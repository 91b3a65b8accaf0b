"""`watch`: drift and realised quality of the newest window, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.cycle.event import Event
from relevo.cycle.last_watch import keep_watch
from relevo.cycle.monitored import monitored
from relevo.cycle.notify import notify
from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import WatchResult
from relevo.cycle.standard import standard_of
from relevo.cycle.watched import FEWEST_LABELS, evidence_of
from relevo.cycle.watched_quality import watched_quality
from relevo.cycle.window import Judged, Window, seen, window_of
from relevo.data.whole_file import write_whole
from relevo.learn.learner import Prediction
from relevo.model.model import Model
from relevo.score.metrics import row_losses
from relevo.store.records import SignalRecord
from relevo.train.blocks import blocks_of
from relevo.train.segment_names import segment_names
from relevo.train.target import target_values
from relevo.watch.by_segment import drift_by_segment, quality_by_segment
from relevo.watch.drift import Drift, drift
from relevo.watch.explain_signals import explain_signals
from relevo.watch.explanation import Explanation
from relevo.watch.faults.part import Part
from relevo.watch.headline import headline
from relevo.watch.page import watch_page
from relevo.watch.quality import realised_quality
from relevo.watch.signals import Signal, signals_of
from relevo.words import in_each_language, language

_MOST_CALM_SEGMENTS = 10  # that are told of; of a hundred places only the others matter


def watch(project: Project, batch: Any = None) -> WatchResult:
    """Compare a batch, or the predictions logged lately, with what the champion was trained on.

    Those whom the problem file names are told of an alarm, once until it has ended.

    Raises
    ------
    DataMistake
        When there is nothing to watch, or the batch lacks a column.

    """
    with recorded(project, "watch"):
        model = project.model()
        window = window_of(project, model, batch)
        standard = standard_of(project, model)
        reference, judged = standard.reference, standard.judged
        rules = project.problem.watch
        before, after = model.predictors(reference), model.predictors(window.rows)
        telling = _telling(reference, before, window, model)
        moved = drift(before, after, rules.alpha, classifier=telling).at_least(rules.min_size)
        said = drift(
            _prediction_frame(judged.prediction, model),
            _prediction_frame(window.prediction, model),
            rules.alpha,
        ).at_least(rules.min_size)
        quality = watched_quality(window, model, judged, project.now())
        found = [
            *signals_of(moved),
            *signals_of(said, "prediction"),
            *_quality(window, model, judged, quality.weights),
            *quality.signals,
            *monitored(project.state, model, window, judged),
            *_by_segment(window, reference, judged, model, moved),
        ]
        evidence = evidence_of(found, window, model, reference, judged)
        signals, explanations = explain_signals(found, evidence)
        project.store.add_signals(
            project.now(),
            [SignalRecord(s.kind, s.column, s.size, s.p_value, s.alarm) for s in signals],
        )
        page = project.pages / "watch.html"
        text = watch_page(
            project.problem.name,
            signals,
            moved,
            before,
            after,
            explanations,
            window.span,
            [quality.section] if quality.section else (),
        )
        write_whole(page, text)
        lines = in_each_language(lambda: headline(signals, explanations))
        keep_watch(project, model.version, lines, signals)
        _tell(project, lines, signals, explanations)
        return WatchResult(
            alarm=any(signal.alarm for signal in signals),
            signals=signals,
            rows=window.rows.height,
            version=model.version,
            page=str(page),
            headline=lines[language()],
            action=explanations[0].action if explanations else "",
        )


def _telling(
    reference: pl.DataFrame, before: pl.DataFrame, window: Window, model: Model
) -> list[str]:
    """The columns that may tell the newest rows from the reference.

    The weather of twenty minutes is unlike that of a month, as at any time: what moves more slowly
    than the window lasts would always tell the two apart.
    """
    time = model.problem.roles.time
    times = reference[time].cast(pl.Datetime("us")) if time in reference.columns else None
    past, now = Part.of(before, times, None, 0), Part(window.rows, window.times)
    return [name for name in before.columns if not past.drags(name, now)]


def _tell(
    project: Project,
    lines: dict[str, str],
    signals: Sequence[Signal],
    explanations: Sequence[Explanation],
) -> None:
    alarms = [one for one in signals if one.alarm]
    text = in_each_language(
        lambda: "\n".join(f"- {one.because()} {one.advice()}" for one in explanations)
    )
    detail = {
        "signals": [
            {
                "kind": one.kind,
                "column": one.column,
                "segment": one.segment,
                "since": one.since,
                "size": one.size,
                "cost": one.cost,
                "cause": one.cause,
                "action": one.action,
            }
            for one in alarms
        ]
    }
    about = tuple(sorted({f"{one.kind} {one.column}".strip() for one in alarms}))
    notify(project, Event("alarm", lines, text, detail, project.now(), about))


def _prediction_frame(prediction: Prediction, model: Model) -> pl.DataFrame:
    """What the model says, as columns to compare: numbers, or the probability of each class."""
    if prediction.probabilities is None:
        return pl.DataFrame({"prediction": prediction.values})
    named = enumerate(model.classes) if not model.binary else [(1, model.classes[1])]
    return pl.DataFrame(
        {f"probability_{label}": prediction.probabilities[:, place] for place, label in named}
    )


def _quality(
    window: Window, model: Model, judged: Judged, weights: NDArray[np.float64] | None
) -> list[Signal]:
    if window.labelled.height < FEWEST_LABELS:
        return []
    problem = model.problem
    realised = realised_quality(
        problem.task,
        problem.metric,
        target_values(window.labelled[problem.target], model.classes),
        seen(window.labelled_prediction),
        judged.evidence[problem.metric],
        blocks=blocks_of(window.labelled, problem),
        weight=weights,
        alpha=problem.watch.alpha,
    )
    return [realised.signal]


def _by_segment(
    window: Window, reference: pl.DataFrame, judged: Judged, model: Model, moved: Drift
) -> list[Signal]:
    """The segments in which rows have moved otherwise than all, or the model has become worse."""
    problem = model.problem
    now, before = segment_names(window.rows, problem), segment_names(reference, problem)
    if now is None or before is None:
        return []
    alpha, everywhere = problem.watch.alpha, {c.column for c in moved.columns if c.alarm}
    former, newest = (
        model.predictors(rows).drop(*everywhere, *problem.roles.segment, strict=False)
        for rows in (reference, window.rows)
    )
    found: list[Signal] = []
    if any(one.column in former.columns for one in moved.columns):
        found += drift_by_segment(former, newest, before, now, alpha, problem.watch.min_size)
    labelled = window.labelled
    names = segment_names(labelled, problem)
    names_before = segment_names(judged.rows, problem)
    if labelled.height >= FEWEST_LABELS and names is not None and names_before is not None:
        found += quality_by_segment(
            names,
            _losses(labelled, window.labelled_prediction, model),
            names_before,
            _losses(judged.rows, judged.prediction, model),
            blocks_of(labelled, problem),
            blocks_of(judged.rows, problem),
            alpha,
        )
    calm = [one for one in found if not one.alarm]
    return [one for one in found if one.alarm] + calm[:_MOST_CALM_SEGMENTS]


def _losses(rows: pl.DataFrame, prediction: Prediction, model: Model) -> NDArray[np.float64]:
    target = target_values(rows[model.problem.target], model.classes)
    return row_losses(model.problem.task, target, seen(prediction))
