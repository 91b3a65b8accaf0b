"""Why a model says what it says: importance, effects, reasons, what would turn them, and trust."""

from __future__ import annotations

from relevo.explain.attributions import (
    Attributions,
    RowAttributions,
    attributions,
    attributions_row,
)
from relevo.explain.columns.conditional_importance import (
    ConditionalImportance,
    conditional_importance,
)
from relevo.explain.columns.effect import Effect, effect
from relevo.explain.columns.effects import Effects, effects
from relevo.explain.columns.group_importance import GroupImportance, group_importance
from relevo.explain.columns.importance import ColumnImportance, importance
from relevo.explain.columns.interactions import Interaction, interactions
from relevo.explain.decisions.counterfactual import Change, Counterfactual, Counterfactuals
from relevo.explain.decisions.counterfactual_search import CounterfactualSearch
from relevo.explain.decisions.counterfactuals import counterfactuals
from relevo.explain.decisions.named_columns import check_named_columns
from relevo.explain.decisions.reason_coder import ReasonCoder
from relevo.explain.decisions.reason_codes import reason_codes
from relevo.explain.decisions.reasons import RowReasons, reasons
from relevo.explain.decisions.row_codes import Code, RowCodes
from relevo.explain.decisions.row_explainer import Reason
from relevo.explain.decisions.sensitive_used import sensitive_used
from relevo.explain.glass_box.edit import edit
from relevo.explain.glass_box.frontier import Frontier, FrontierModel, frontier
from relevo.explain.glass_box.shapes import Shape, shapes
from relevo.explain.sampled import SampledAttributions, sampled_attributions
from relevo.explain.trust.check import Check
from relevo.explain.trust.trust import Trust, trust

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
