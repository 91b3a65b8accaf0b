"""Learners by task, the search over them, and estimators that follow scikit-learn's contract.

Every name below is imported when it is first used.
"""

from __future__ import annotations

import os
from importlib import import_module

# Must stand before LightGBM loads its OpenMP library: threads that wait by spinning make a tree 10
# times slower (measured: 65 ms instead of 7 ms on 20,000 rows) when other work shares the cores.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

_PLACES = {
    "TabularClassifier": "relevo.learn.tabular_classifier",
    "TabularRegressor": "relevo.learn.tabular_regressor",
    "expected_failed_checks": "relevo.learn.sklearn_checks",
}

__all__ = sorted(_PLACES)


def __getattr__(name: str) -> object:
    if name in _PLACES:
        return getattr(import_module(_PLACES[name]), name)
    raise AttributeError(f"module 'relevo.learn' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
