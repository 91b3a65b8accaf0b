"""Whether, when and how a model is updated, and what may take over.

Every name below is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module

_PLACES = {
    "Backtest": "relevo.renew.backtest_result",
    "Duel": "relevo.renew.duel",
    "Spent": "relevo.renew.alpha_budget",
    "Verdict": "relevo.renew.duel",
    "backtest_cadence": "relevo.renew.backtest",
    "next_alpha": "relevo.renew.alpha_budget",
}

__all__ = sorted(_PLACES)


def __getattr__(name: str) -> object:
    if name in _PLACES:
        return getattr(import_module(_PLACES[name]), name)
    raise AttributeError(f"module 'relevo.renew' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
