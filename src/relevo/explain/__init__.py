"""Why a model says what it says: importance, effects, reasons, what would turn them, and trust."""

from __future__ import annotations

from relevo.explain.attributions import (
    Attributions,
    RowAttributions,
    attributions,
    attributions_row,
)
from relevo.explain.check import Check
from relevo.explain.conditional_importance import ConditionalImportance, conditional_importance
from relevo.explain.counterfactual import Change, Counterfactual, Counterfactuals
from relevo.explain.counterfactual_search import CounterfactualSearch
from relevo.explain.counterfactuals import counterfactuals
from relevo.explain.edit import edit
from relevo.explain.effect import Effect, effect
from relevo.explain.effects import Effects, effects
from relevo.explain.frontier import Frontier, FrontierModel, frontier
from relevo.explain.group_importance import GroupImportance, group_importance
from relevo.explain.importance import ColumnImportance, importance
from relevo.explain.interactions import Interaction, interactions
from relevo.explain.named_columns import check_named_columns
from relevo.explain.reason_coder import ReasonCoder
from relevo.explain.reason_codes import reason_codes
from relevo.explain.reasons import RowReasons, reasons
from relevo.explain.row_codes import Code, RowCodes
from relevo.explain.row_explainer import Reason
from relevo.explain.sampled import SampledAttributions, sampled_attributions
from relevo.explain.sensitive_used import sensitive_used
from relevo.explain.shapes import Shape, shapes
from relevo.explain.trust import Trust, trust

__all__ = [
    "Attributions",
    "Change",
    "Check",
    "Code",
    "ColumnImportance",
    "ConditionalImportance",
    "Counterfactual",
    "CounterfactualSearch",
    "Counterfactuals",
    "Effect",
    "Effects",
    "Frontier",
    "FrontierModel",
    "GroupImportance",
    "Interaction",
    "Reason",
    "ReasonCoder",
    "RowAttributions",
    "RowCodes",
    "RowReasons",
    "SampledAttributions",
    "Shape",
    "Trust",
    "attributions",
    "attributions_row",
    "check_named_columns",
    "conditional_importance",
    "counterfactuals",
    "edit",
    "effect",
    "effects",
    "frontier",
    "group_importance",
    "importance",
    "interactions",
    "reason_codes",
    "reasons",
    "sampled_attributions",
    "sensitive_used",
    "shapes",
    "trust",
]
