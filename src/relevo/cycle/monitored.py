"""`monitored`: loss and calibration, unit by unit, over all watches of a champion together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.cycle.window import Judged, Window, seen
from relevo.data.whole_file import write_whole
from relevo.learn.learner import Prediction
from relevo.model.model import Model
from relevo.problem.problem import Problem
from relevo.score.metrics import row_losses
from relevo.score.net_loss import net_losses
from relevo.train.blocks import PERIODS
from relevo.train.target import target_values
from relevo.watch.calibration_monitor import CalibrationMonitor, calibration_parts
from relevo.watch.loss_monitor import LossMonitor
from relevo.watch.signals import Signal

Floats = NDArray[np.float64]
Names = NDArray[np.str_]

_FILE = "monitors.json"
_Monitored = tuple[dict[str, Any], list[Signal]]  # what is kept, and what is told


@dataclass(frozen=True)
class _Labelled:
    """Rows whose outcome is known, what was said of them, and the unit (the day) of each."""

    target: Floats
    said: Floats
    units: Names

    def between(self, last: str) -> _Labelled:
        """Those after a unit, without the newest unit: more of its rows may come."""
        newest = max(self.units.tolist(), default="")
        kept = (self.units > last) & (self.units < newest)
        return _Labelled(self.target[kept], self.said[kept], self.units[kept])


def monitored(state: Path, model: Model, window: Window, judged: Judged) -> list[Signal]:
    """Whether the loss has risen for good, and whether probabilities still come true.

    The bounds on false alarms hold for all watches of a champion together: a monitor goes on where
    the last watch left it, in `.relevo/monitors.json`. A unit (`renew.block`: a day) is judged
    once, when rows of a later one have come; outcomes of it that come later do not count.

    Parameters
    ----------
    state
        The folder `.relevo`.
    model
        The champion.
    window, judged
        What is watched, and the rows that judged the champion.

    """
    known = _labelled(judged.rows, judged.prediction, model)
    new = _labelled(window.labelled, window.labelled_prediction, model)
    if known is None or new is None:
        return []
    kept = _read(state / _FILE, model.version)
    fresh = new.between(str(kept.get("last", "")))
    states, found = {}, []
    for name, of in (("loss", _loss), ("calibration", _calibration)):
        if name == "loss" or model.binary:
            states[name], signals = of(known, fresh, kept.get(name), model)
            found += signals
    if len(fresh.units):
        told = {"version": model.version, "last": max(fresh.units.tolist()), **states}
        write_whole(state / _FILE, json.dumps(told))
    return found


def _read(path: Path, version: int) -> Mapping[str, Any]:
    """What was kept of this version; nothing of another, or when it cannot be read."""
    try:
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return kept if kept["version"] == version else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _labelled(rows: pl.DataFrame, prediction: Prediction, model: Model) -> _Labelled | None:
    """None where rows have no times, or nothing says what a unit is."""
    units = _units(rows, model.problem)
    if units is None:
        return None
    return _Labelled(
        target_values(rows[model.problem.target], model.classes), seen(prediction), units
    )


def _units(rows: pl.DataFrame, problem: Problem) -> Names | None:
    """The day (hour, week) of each row, as text that sorts like time."""
    time, block = problem.roles.time, problem.renew.block
    if not time or time not in rows.columns or block not in PERIODS or rows.is_empty():
        return None
    if rows[time].null_count() or problem.target not in rows.columns:
        return None
    start = rows[time].cast(pl.Datetime("us")).dt.truncate(PERIODS[block])
    whole = "%Y-%m-%d" if block in ("day", "week", "month") else "%Y-%m-%d %H:%M"
    return np.asarray(start.dt.strftime(whole).to_list())


def _loss(known: _Labelled, fresh: _Labelled, kept: Any, model: Model) -> _Monitored:
    task = model.problem.task

    def lost(rows: _Labelled) -> Floats:
        if task == "classification":
            return net_losses(rows.target, rows.said, rows.units)
        return row_losses(task, rows.target, rows.said)

    if kept:
        monitor = LossMonitor.of(kept)
    else:
        monitor = LossMonitor(_by_unit(lost(known), known.units), model.problem.watch.alpha)
    if len(fresh.units):
        monitor.update(lost(fresh), fresh.units)
    found = monitor.finish()
    signal = Signal("loss", "", found.size, found.p_value, found.alarm, found.text)
    return monitor.state, [signal] if found.units else []


def _calibration(known: _Labelled, fresh: _Labelled, kept: Any, model: Model) -> _Monitored:
    """Of the second of two classes."""
    if kept:
        monitor = CalibrationMonitor.of(kept)
    else:
        parts = calibration_parts(known.target, known.said[:, 1])
        shift, slope = (_by_unit(part, known.units) for part in parts)
        monitor = CalibrationMonitor(shift, slope, model.problem.watch.alpha)
    if len(fresh.units):
        monitor.update(fresh.target, fresh.said[:, 1], fresh.units)
    found = monitor.finish()
    worst = found.shift if found.shift.p_value <= found.slope.p_value else found.slope
    signal = Signal("calibration", "", worst.size, found.p_value, found.alarm, found.text)
    return monitor.state, [signal] if worst.units else []


def _by_unit(values: Floats, units: Names) -> Floats:
    """The mean of each unit, in the order of time."""
    _, place = np.unique(units, return_inverse=True)
    means: Floats = np.bincount(place, values) / np.bincount(place)
    return means
