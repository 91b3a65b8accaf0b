"""Widen a contract by what new training data hold, keeping what a person has edited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from relevo.data.contract import ColumnContract, Contract


def widen(contract: Contract, learnt: Contract) -> Contract:
    """A contract that lets through what either of two does, with the settings of the first.

    Parameters
    ----------
    contract
        The one in force.
    learnt
        What newer data teach; columns that only it has are left out.

    """
    columns = tuple(
        _widen(column, learnt[column.name]) if column.name in learnt else column
        for column in contract.columns
    )
    return replace(contract, columns=columns)


def _widen(column: ColumnContract, learnt: ColumnContract) -> ColumnContract:
    both_closed = bool(column.categories and learnt.categories)
    return replace(
        column,
        missing=max(column.missing, learnt.missing),
        unreadable=max(column.unreadable, learnt.unreadable),
        low=_outer(column.low, learnt.low, min),
        high=_outer(column.high, learnt.high, max),
        level=_wider(column.level, learnt.level),
        categories=tuple(sorted({*column.categories, *learnt.categories})) if both_closed else (),
        usual=learnt.usual if column.usual is None and learnt.type == column.type else column.usual,
    )


def _outer(
    one: float | None, other: float | None, choose: Callable[[float, float], float]
) -> float | None:
    return None if one is None or other is None else choose(one, other)


def _wider(
    one: tuple[float, float] | None, other: tuple[float, float] | None
) -> tuple[float, float] | None:
    if one is None or other is None:
        return None
    return min(one[0], other[0]), max(one[1], other[1])
