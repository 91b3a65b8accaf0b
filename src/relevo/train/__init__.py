"""How learners meet rows.

Every name below is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module

_PLACES = {
    "Central": "relevo.train.central",
    "EachSegment": "relevo.train.stratified.each",
    "Parts": "relevo.train.judged",
    "Strategy": "relevo.train.strategy",
    "StratifiedClassifier": "relevo.train.stratified.classifier",
    "StratifiedRegressor": "relevo.train.stratified.regressor",
    "TrainingRows": "relevo.train.strategy",
    "set_aside": "relevo.train.judged",
}

__all__ = sorted(_PLACES)


def __getattr__(name: str) -> object:
    if name in _PLACES:
        return getattr(import_module(_PLACES[name]), name)
    raise AttributeError(f"module 'relevo.train' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
