"""Watching a model: drift of inputs and predictions, and the quality that came true."""

from __future__ import annotations

from relevo.watch.by_segment import drift_by_segment, quality_by_segment
from relevo.watch.calibration_monitor import CalibrationMonitor
from relevo.watch.cause import Cause
from relevo.watch.completeness import Completeness, completeness
from relevo.watch.data_faults import data_faults
from relevo.watch.drift import ColumnDrift, Drift, drift
from relevo.watch.drift_monitor import DriftMonitor, Look
from relevo.watch.estimated_over_time import EstimatedPeriod, estimated_over_time
from relevo.watch.estimated_signal import estimated_signal
from relevo.watch.explain_loss import ExplainedLoss, Outcomes, explain_loss
from relevo.watch.explain_signals import Evidence, explain_signals
from relevo.watch.explanation import Explanation
from relevo.watch.headline import headline
from relevo.watch.label_weights import LabelWeights, label_weights
from relevo.watch.loss_monitor import LossMonitor, Monitored
from relevo.watch.over_time import Period, quality_over_time
from relevo.watch.page import watch_page
from relevo.watch.page_quality import quality_section
from relevo.watch.quality import Realised, realised_quality
from relevo.watch.reference import Reference
from relevo.watch.signals import Signal, signals_of
from relevo.watch.since import Since, since
from relevo.watch.stakes import Stakes
from relevo.watch.stream import DriftStream
from relevo.watch.told_apart import ToldApart
from relevo.watch.tracked_quality import Tracked, TrackedQuality
from relevo.watch.world_cause import world_cause

__all__ = [
    "CalibrationMonitor",
    "Cause",
    "ColumnDrift",
    "Completeness",
    "Drift",
    "DriftMonitor",
    "DriftStream",
    "EstimatedPeriod",
    "Evidence",
    "ExplainedLoss",
    "Explanation",
    "LabelWeights",
    "Look",
    "LossMonitor",
    "Monitored",
    "Outcomes",
    "Period",
    "Realised",
    "Reference",
    "Signal",
    "Since",
    "Stakes",
    "ToldApart",
    "Tracked",
    "TrackedQuality",
    "completeness",
    "data_faults",
    "drift",
    "drift_by_segment",
    "estimated_over_time",
    "estimated_signal",
    "explain_loss",
    "explain_signals",
    "headline",
    "label_weights",
    "quality_by_segment",
    "quality_over_time",
    "quality_section",
    "realised_quality",
    "signals_of",
    "since",
    "watch_page",
    "world_cause",
]
