"""Why a model says what it says: importance, reasons of one decision, and what would turn it."""

from __future__ import annotations

from relevo.explain.attributions import Attributions, attributions
from relevo.explain.counterfactual import Change, Counterfactual, Counterfactuals
from relevo.explain.counterfactual_search import CounterfactualSearch
from relevo.explain.counterfactuals import counterfactuals
from relevo.explain.importance import ColumnImportance, importance
from relevo.explain.named_columns import check_named_columns
from relevo.explain.reason_coder import ReasonCoder
from relevo.explain.reason_codes import reason_codes
from relevo.explain.reasons import RowReasons, reasons
from relevo.explain.row_codes import Code, RowCodes
from relevo.explain.row_explainer import Reason
from relevo.explain.sensitive_used import sensitive_used

__all__ = [
    "Attributions",
    "Change",
    "Code",
    "ColumnImportance",
    "Counterfactual",
    "CounterfactualSearch",
    "Counterfactuals",
    "Reason",
    "ReasonCoder",
    "RowCodes",
    "RowReasons",
    "attributions",
    "check_named_columns",
    "counterfactuals",
    "importance",
    "reason_codes",
    "reasons",
    "sensitive_used",
]
