"""How good a model is, and how sure one can be of it."""

from __future__ import annotations

from relevo.score.evidence import Evidence, Figure
from relevo.score.figures import figures
from relevo.score.intervals import interval
from relevo.score.metrics import METRICS, Metric, metric, row_losses
from relevo.score.paired import PairedGain, paired_gain
from relevo.score.threshold import Threshold, best_threshold

__all__ = [
    "METRICS",
    "Evidence",
    "Figure",
    "Metric",
    "PairedGain",
    "Threshold",
    "best_threshold",
    "figures",
    "interval",
    "metric",
    "paired_gain",
    "row_losses",
]
