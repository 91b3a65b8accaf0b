"""`ticks`: where the marks of an axis stand, at round numbers, and `Scale`, which draws them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from relevo.picture.number import number

LARGEST = 1e300  # beyond it a range overflows; the largest float is in use as a mark for missing

SMALLEST = 1e-300  # above zero, and far from where floats lose their digits


@dataclass(frozen=True)
class Scale:
    """A stretch of numbers laid on a stretch of pixels.

    Attributes
    ----------
    low, high
        The numbers at the two ends.
    start, end
        Their pixels; `start` may be the larger (a vertical axis grows upward).
    marks
        The round numbers to be marked, all between `low` and `high`.
    decades
        Whether equal ratios, not equal steps, lie equally far apart; all numbers are above zero.

    """

    low: float
    high: float
    start: float
    end: float
    marks: tuple[float, ...]
    decades: bool = False

    def __call__(self, value: float) -> float:
        """The pixel of a value."""
        low, high, at = self.low, self.high, value
        if self.decades:
            low, high, at = map(math.log10, (low, high, value))
        return self.start + (at - low) / (high - low) * (self.end - self.start)

    def to(self, start: float, end: float) -> Scale:
        """The same numbers on other pixels."""
        return replace(self, start=start, end=end)

    @property
    def labels(self) -> tuple[str, ...]:
        """The text of each mark, all with the same decimals."""
        if self.decades or len(self.marks) < 2:
            return tuple(map(number, self.marks))
        step = self.marks[1] - self.marks[0]
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        if not 1e-6 < step < 1e12:
            return tuple(f"{mark:g}" for mark in self.marks)
        if round(step, decimals) != round(step, decimals + 1):  # a step of 2.5 or 0.25
            decimals += 1
        return tuple(_label(mark, decimals) for mark in self.marks)


def ticks(low: float, high: float, wanted: int = 5) -> tuple[float, ...]:
    """Round numbers that cover `low` to `high`: steps of 1, 2, 2.5 or 5 times a power of ten.

    Examples
    --------
    >>> ticks(0.0, 0.93)
    (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)

    """
    if high - low <= max(1e-300, 1e-9 * max(abs(low), abs(high))):  # no float lies between them
        pad = abs(low) * 0.1 or 0.5
        low, high = low - pad, high + pad
    raw = (high - low) / max(1, wanted)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * size for size in (1.0, 2.0, 2.5, 5.0, 10.0) if power * size >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    decimals = max(0, 3 - math.floor(math.log10(step)))
    return tuple(round(index * step, decimals) for index in range(first, last + 1))


def scale(values: Iterable[float], wanted: int = 5, zero: bool = False) -> Scale:
    """A scale from 0 to 1 pixel whose ends are round numbers around the finite `values`."""
    held = [held for value in values if (held := drawable(value)) is not None]
    finite = held + ([0.0] if zero else [])
    marks = ticks(min(finite, default=0.0), max(finite, default=1.0), wanted)
    return Scale(marks[0], marks[-1], 0.0, 1.0, marks)


def decades(values: Iterable[float]) -> Scale:
    """A scale of ratios from 0 to 1 pixel around the values above zero.

    Its marks are 1, 2 and 5 times powers of ten; over more than three of these, powers alone.
    """
    held = [held for value in values if (held := drawable(value)) is not None and held >= SMALLEST]
    low, high = min(held, default=1.0), max(held, default=1.0)
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1
    sizes = (1.0, 2.0, 5.0) if high / low < 1e3 else (1.0,)
    marks = [size * 10.0**power for power in range(first, last + 1) for size in sizes]
    start = max(place for place, mark in enumerate(marks) if mark <= low * (1 + 1e-9))
    end = min(place for place, mark in enumerate(marks) if mark >= high * (1 - 1e-9))
    shown = tuple(marks[start : max(end, start + 1) + 1])
    return Scale(shown[0], shown[-1], 0.0, 1.0, shown, decades=True)


def _label(mark: float, decimals: int) -> str:
    if decimals == 0:
        return number(round(mark))
    return f"{mark:.{decimals}f}".replace("-", "−")


def drawable(value: float | None) -> float | None:
    """The value, held within what can be drawn; None when there is none."""
    if value is None or not math.isfinite(value):
        return None
    return max(-LARGEST, min(LARGEST, float(value)))
