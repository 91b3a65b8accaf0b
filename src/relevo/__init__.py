"""relevo: the whole life of a model from one problem file.

`import relevo` loads nothing heavy: every name below is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module

__version__ = "0.1.0"

_PLACES = {
    "Project": "relevo.cycle.project",
    "open": "relevo.cycle.project",
    "Problem": "relevo.problem.problem",
    "Table": "relevo.data.table",
    "Contract": "relevo.data.contract",
    "Model": "relevo.model.model",
}
_ROOMS = (
    "cycle", "data", "errors", "explain", "learn", "model", "prepare", "problem",
    "renew", "score", "serve", "store", "train", "validate", "watch",
)  # fmt: skip

__all__ = sorted([*_PLACES, *_ROOMS, "__version__"])


def __getattr__(name: str) -> object:
    if name in _PLACES:
        return getattr(import_module(_PLACES[name]), name)
    if name in _ROOMS:
        return import_module(f"relevo.{name}")
    raise AttributeError(f"module 'relevo' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
