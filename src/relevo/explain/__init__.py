"""Why a model says what it says: importance, attributions, reasons of one decision."""

from __future__ import annotations

from relevo.explain.attributions import Attributions, attributions
from relevo.explain.importance import ColumnImportance, importance
from relevo.explain.reasons import Reason, RowReasons, reasons

__all__ = [
    "Attributions",
    "ColumnImportance",
    "Reason",
    "RowReasons",
    "attributions",
    "importance",
    "reasons",
]
