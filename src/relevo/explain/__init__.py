"""Why a model says what it says: importance, reasons of one decision, and what would turn it."""
=======
"""Why a model says what it says: importance, effects, reasons, and whether to believe them."""
>>>>>>> 0dadd5a (Importance over other rows and of groups, effects, interactions and a card of trust)

from __future__ import annotations

from relevo.explain.attributions import Attributions, attributions
from relevo.explain.check import Check
from relevo.explain.counterfactual import Change, Counterfactual, Counterfactuals
from relevo.explain.counterfactual_search import CounterfactualSearch
from relevo.explain.counterfactuals import counterfactuals
from relevo.explain.effect import Effect, effect
from relevo.explain.effects import Effects, effects
from relevo.explain.group_importance import GroupImportance, group_importance
from relevo.explain.importance import ColumnImportance, importance
from relevo.explain.interactions import Interaction, interactions
from relevo.explain.named_columns import check_named_columns
from relevo.explain.reason_coder import ReasonCoder
from relevo.explain.reason_codes import reason_codes
from relevo.explain.reasons import Reason, RowReasons, reasons
from relevo.explain.reasons import RowReasons, reasons
from relevo.explain.row_codes import Code, RowCodes
from relevo.explain.row_explainer import Reason
from relevo.explain.sensitive_used import sensitive_used
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
    "GroupImportance",
    "Interaction",
    "Reason",
    "ReasonCoder",
    "RowCodes",
    "RowReasons",
    "Trust",
    "attributions",
    "check_named_columns",
    "conditional_importance",
    "counterfactuals",
    "effect",
    "effects",
    "group_importance",
    "importance",
    "interactions",
    "reason_codes",
    "reasons",
    "sensitive_used",
    "trust",
]
