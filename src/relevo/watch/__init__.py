"""Watching a model: drift of inputs and predictions, and the quality that came true."""

from __future__ import annotations

from relevo.watch.by_segment import drift_by_segment, quality_by_segment
from relevo.watch.drift import ColumnDrift, Drift, drift
from relevo.watch.drift_monitor import DriftMonitor, Look
from relevo.watch.over_time import Period, quality_over_time
from relevo.watch.page import watch_page
from relevo.watch.quality import Realised, realised_quality
from relevo.watch.reference import Reference
from relevo.watch.signals import Signal, signals_of
from relevo.watch.since import Since, since
from relevo.watch.stream import DriftStream
from relevo.watch.told_apart import ToldApart

__all__ = [
    "ColumnDrift",
    "Drift",
    "DriftMonitor",
    "DriftStream",
    "Look",
    "Period",
    "Realised",
    "Reference",
    "Signal",
    "Since",
    "ToldApart",
    "drift",
    "drift_by_segment",
    "quality_by_segment",
    "quality_over_time",
    "realised_quality",
    "signals_of",
    "since",
    "watch_page",
]
