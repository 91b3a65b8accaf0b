"""`units_changed`: the numbers are the same, times a factor."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from relevo.picture.number import number
from relevo.watch.cause import Cause, Confidence
from relevo.watch.faults.sides import Numbers, Sides, by_chance, distance
from relevo.watch.faults.step import step

_FEWEST = 30
_QUANTILES = 60
_TRIED = 5
_LEAST_DISTANCE = 0.12  # less is no change of unit: a factor of 1.6 moves most columns by 0.3
_FAR = 5.0  # from here on a factor is more than populations do
_WITH_NAME = 0.85  # of the distance, which may be left when the factor is a known unit's
_SAME = 0.02  # logarithm of a ratio of steps that is none
_NEAR = 0.25  # of a factor's logarithm: how far the medians' ratio may lie from it

# Exact by definition (international yard and pound agreement, 1959; SI brochure, 2019).
FACTORS = {
    "mile/km": 1.609344, "nautical mile/km": 1.852, "ft/m": 0.3048, "in/cm": 2.54, "yd/m": 0.9144,
    "lb/kg": 0.45359237, "oz/g": 28.349523125, "gal/l": 3.785411784, "cal/J": 4.184,
    "mph/(m/s)": 0.44704, "kn/(m/s)": 0.514444, "kn/mph": 1.150779448, "(m/s)/(km/h)": 3.6,
    "inHg/hPa": 33.8638864, "mmHg/hPa": 1.33322387, "psi/kPa": 6.894757293,
    "h/min": 60.0, "h/s": 3600.0, "day/h": 24.0, "day/min": 1440.0, "day/s": 86400.0,
    "week/day": 7.0, "year/month": 12.0, "year/day": 365.25, "deg/rad": math.pi / 180,
    "1/10": 10.0, "1/100": 100.0, "1/1000": 1000.0, "1/1024": 1024.0, "1/10⁶": 1e6, "1/10⁹": 1e9,
}  # fmt: skip
_TEMPERATURES = {
    "°F/°C": (5 / 9, -160 / 9),
    "°C/°F": (9 / 5, 32.0),
    "°C/K": (1.0, 273.15),
    "K/°C": (1.0, -273.15),
    "°F/K": (5 / 9, 273.15 - 160 / 9),
    "K/°F": (9 / 5, 32 - 273.15 * 9 / 5),
}


@dataclass(frozen=True)
class _Map:
    """What may have been done to the numbers: `factor * value + shift`; a name if it is known."""

    factor: float
    shift: float = 0.0
    name: str = ""

    def of(self, side: Numbers) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        mapped = self.factor * side.values + self.shift
        return mapped if self.factor > 0 else mapped[::-1]


def units_changed(sides: Sides) -> Cause | None:
    """Whether the numbers are those of before in another unit.

    The map that brings both distributions together is looked for among known units, the ratio of
    the medians and the ratio of the steps that the numbers are recorded in. A population can
    shift by a factor, too: only a step that changed with it, a large factor, or a known one that
    fits without a rest, is taken for another unit.

    Parameters
    ----------
    sides
        The column, before and now.

    Examples
    --------
    >>> import numpy as np
    >>> import polars as pl
    >>> rng = np.random.default_rng(0)
    >>> before, now = (pl.Series(rng.gamma(2, 400, 900).round()) for _ in range(2))
    >>> found = units_changed(Sides("distance", before, now * 1.609344))
    >>> found.values["name"]
    'mile/km'

    """
    before, now = sides.before, sides.now
    if min(len(before.values), len(now.values)) < _FEWEST or len(before.distinct[0]) < 3:
        return None
    apart = sides.apart()
    if apart < _LEAST_DISTANCE:
        return None
    steps = step(before.distinct[0]), step(now.distinct[0])
    maps = sorted(
        _maps(before, now, steps),
        key=lambda one: (not _steps_agree(one, steps), _roughly(one, before, now)),
    )[:_TRIED]
    fits = [(distance(one.of(before), now.values), one) for one in maps]
    good = [
        (left, sure, one) for left, one in fits if (sure := _sure(left, apart, one, steps, sides))
    ]
    if not good:
        return None
    _, sure, best = min(
        good,
        key=lambda fit: (
            not _steps_agree(fit[2], steps),
            fit[1] != "almost certain",
            not fit[2].name,
            fit[0],
        ),
    )
    values = {"factor": number(best.factor, 6), "shift": number(best.shift, 4), "name": best.name}
    shape = "sign" if best.factor < 0 else "shifted" if best.shift else "known"
    shape = shape if best.name or best.factor < 0 else "factor"
    p_value = math.exp(-2 * apart**2 * _harmonic(len(before.values), len(now.values)))
    return Cause(
        "units", (sides.name,), sure, len(now.values), min(1.0, 2 * p_value), shape, values
    )


def _steps_agree(one: _Map, steps: tuple[float | None, float | None]) -> bool:
    """Whether the step that numbers are recorded in has changed by the very factor."""
    if not steps[0] or not steps[1] or one.factor < 0:
        return False
    return abs(math.log(steps[1] / steps[0] / one.factor)) < 2e-3


def _roughly(one: _Map, before: Numbers, now: Numbers) -> float:
    """The distance at some quantiles: enough to leave out maps that lead elsewhere."""
    at = np.linspace(0, len(before.values) - 1, _QUANTILES).astype(int)
    mapped = one.factor * before.values[at] + one.shift
    share = np.searchsorted(now.values, np.sort(mapped), "right") / len(now.values)
    return float(np.abs(share - np.linspace(0, 1, _QUANTILES)).max())


def _harmonic(first: int, second: int) -> float:
    return first * second / (first + second)


def _sure(
    left: float, apart: float, one: _Map, steps: tuple[float | None, float | None], sides: Sides
) -> Confidence | Literal[""]:
    chance = by_chance(*sides.known)
    size = abs(math.log(abs(one.factor)))
    exact = left <= max(chance, 0.1 * apart)
    if one.factor < 0:
        return "likely" if exact and _one_sign(sides.before) == -_one_sign(sides.now) else ""
    if steps[0] and steps[1]:
        if size > _SAME and _steps_agree(one, steps):
            # The very factor of a known unit needs no likeness: the weather may have moved as well.
            most = _WITH_NAME if one.name else 0.4
            return "almost certain" if left <= max(chance, most * apart) else ""
        if abs(math.log(steps[1] / steps[0])) < _SAME:  # still recorded in the steps of before
            return "possible" if exact and size >= math.log(_FAR) and one.name else ""
    if size >= math.log(_FAR) and left <= max(chance, 0.15 * apart):
        return "almost certain" if one.name else "likely"
    if exact and one.name in _TEMPERATURES:
        return "likely"
    return "possible" if exact and apart >= 0.25 and size >= math.log(1.4) and one.name else ""


def _one_sign(side: Numbers) -> int:
    """1 or -1 where nearly all numbers have that sign, else 2, which is no sign's opposite."""
    positive = float((side.values > 0).mean())
    negative = float((side.values < 0).mean())
    return 1 if positive > 0.9 else -1 if negative > 0.9 else 2


def _maps(
    before: Numbers, now: Numbers, steps: tuple[float | None, float | None]
) -> Iterator[_Map]:
    ratios = [ratio for ratio in _ratios(before, now) if ratio]
    if steps[0] and steps[1] and abs(math.log(steps[1] / steps[0])) > _SAME:
        ratios.append(steps[1] / steps[0])
    for name, size in FACTORS.items():
        for factor, said in ((size, name), (1 / size, "/".join(reversed(name.rsplit("/", 1))))):
            if any(abs(math.log(abs(ratio) / factor)) < _NEAR for ratio in ratios):
                yield _Map(factor, 0.0, said)
    yield from (_Map(ratio) for ratio in ratios if ratio > 0)
    yield from (_Map(*one, name) for name, one in _TEMPERATURES.items())
    yield _Map(-1.0)


def _ratios(before: Numbers, now: Numbers) -> Iterator[float]:
    """The factor by the middles of the samples, and by their spreads."""
    (low, middle, high), (low_now, middle_now, high_now) = (
        np.quantile(side.values, (0.25, 0.5, 0.75)) for side in (before, now)
    )
    if middle and middle_now:
        yield float(middle_now / middle)
    if high > low and high_now > low_now:
        yield float((high_now - low_now) / (high - low))
