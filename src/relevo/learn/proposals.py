"""`Proposals`: which configuration to try next: the portfolio, then variations of the best."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np

_RANGES: dict[str, tuple[float, float]] = {
    "leaves": (4, 255),
    "feature_share": (0.2, 1.0),
    "row_share": (0.5, 1.0),
    "learning_rate": (1e-3, 0.2),
    "l2": (0.1, 50.0),
    "rows_in_leaf": (2, 200),
    "width": (32, 512),
    "dropout": (0.02, 0.6),
    "weight_decay": (1e-4, 0.3),
    "bends": (2, 32),
}
_STUMP = 2  # leaves of a tree of a single split
_STEP = 0.4  # of a variation, on the logarithm of a setting


@dataclass(frozen=True)
class Proposal:
    """A learner and its settings."""

    learner: str
    settings: Mapping[str, Any]


GLASS_BOX = Proposal("additive", {})
_ADDITIVE = (
    Proposal("linear", {"bends": 8}),
    GLASS_BOX,
    Proposal("boosting", {"leaves": _STUMP, "learning_rate": 0.1}),
    Proposal("boosting", {"leaves": _STUMP, "learning_rate": 0.05, "extra_random": True}),
    Proposal("linear", {"bends": 24}),
    Proposal("linear", {}),
)


def portfolio(n_classes: int, interpretable: bool = False) -> tuple[Proposal, ...]:
    """The configurations to begin with, in the order of what they add for their time.

    `interpretable` gives those in which each feature adds to the score on its own: shapes, curves,
    and boosted trees of a single split.

    `benchmarks/portfolio.py` learns the list from many data sets; `portfolio.json` keeps it.
    """
    if interpretable:
        return _ADDITIVE
    text = files("relevo.learn").joinpath("portfolio.json").read_text(encoding="utf-8")
    task = "regression" if n_classes == 0 else "binary" if n_classes <= 2 else "multiclass"
    kept = json.loads(text)[task]
    return tuple(Proposal(one["learner"], one["settings"]) for one in kept)


def proposals(
    begin: Sequence[Proposal], best: Callable[[], Sequence[Proposal]], seed: int
) -> Iterator[Proposal]:
    """The portfolio, then variations of the best without end.

    Parameters
    ----------
    begin
        The portfolio.
    best
        Gives the best proposals so far, the best first; asked before each variation.
    seed
        Of the variations; it is also the seed of each varied learner.

    """
    yield from begin
    random = np.random.default_rng(seed)
    turn = 0
    while leaders := best():
        turn += 1
        chosen = leaders[int(random.integers(len(leaders)))]
        yield Proposal(chosen.learner, _varied(chosen, random) | {"seed": seed + turn})


def _varied(proposal: Proposal, random: np.random.Generator) -> dict[str, Any]:
    settings = dict(proposal.settings)
    for name, value in settings.items():
        if (name, value) == ("leaves", _STUMP):
            continue  # more leaves would no longer be additive
        if name in _RANGES and isinstance(value, (int, float)):
            low, high = _RANGES[name]
            moved = float(np.clip(value * np.exp(_STEP * random.normal()), low, high))
            rounded = float(f"{moved:.3g}")  # for people: no finer step makes another model
            settings[name] = max(1, round(moved)) if isinstance(value, int) else rounded
    return settings
