"""`strategy`: a strategy by its name."""

from __future__ import annotations

from relevo.errors import OptionMistake, nearest
from relevo.train.central import Central
from relevo.train.strategy import Strategy

_LATER = ("stratified", "federated")
_STRATEGIES: dict[str, type[Strategy]] = {"central": Central}


def strategy(name: str) -> Strategy:
    """The strategy called `name`.

    Raises
    ------
    OptionMistake
        When there is no such strategy, or not yet.

    """
    if name in _STRATEGIES:
        return _STRATEGIES[name]()
    if name in _LATER:
        raise OptionMistake("train.strategy_later", strategy=name)
    known = (*_STRATEGIES, *_LATER)
    raise OptionMistake(
        "train.unknown_strategy",
        strategy=name,
        known=", ".join(known),
        hint=nearest(name, known),
    )
