"""Rows of segments that differ in a known way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Truth:
    """Rows to learn from, rows to judge by, and the coefficients behind both."""

    x: Floats
    y: Floats
    segment: NDArray[np.int64]
    coefficients: Floats
    new_x: Floats
    new_y: Floats
    new_segment: NDArray[np.int64]

    def error(self, coefficients: Floats) -> float:
        """Root mean squared error on the judging rows, of coefficients of each segment."""
        scores = (self.new_x * coefficients[self.new_segment]).sum(axis=1)
        return float(np.sqrt(np.mean((self.new_y - scores) ** 2)))


def grid_field(side: int, n: int, random: np.random.Generator) -> Floats:
    """Coefficients that change smoothly over a grid, `(side * side, n)`."""
    row, column = np.divmod(np.arange(side * side), side)
    waves = [
        np.sin(2 * np.pi * (a * row + b * column) / side + random.uniform(0, 6))
        for a, b in random.uniform(0.5, 1.5, (n, 2))
    ]
    return np.stack(waves, axis=1)


def truth(kind: str, side: int = 10, n: int = 3, most: int = 80, seed: int = 0) -> Truth:
    """Segments of 2 to `most` rows: `one` truth, `exchangeable`, `smooth` on a grid, `mixed`."""
    random = np.random.default_rng(seed)
    count = side * side
    centre, alone = random.normal(size=n), random.normal(size=(count, n))
    field = grid_field(side, n, random)
    apart = {"one": 0.0 * alone, "exchangeable": alone, "smooth": field, "mixed": field + alone / 2}
    coefficients = centre + apart[kind]

    def drawn(sizes: NDArray[np.int64]) -> tuple[Floats, Floats, NDArray[np.int64]]:
        segment = np.repeat(np.arange(count), sizes)
        x = random.normal(size=(len(segment), n))
        x[:, 0] = 1.0
        noise = random.normal(size=len(segment))
        return x, (x * coefficients[segment]).sum(axis=1) + noise, segment

    sizes = np.exp(random.uniform(np.log(2), np.log(most), count)).astype(np.int64)
    x, y, segment = drawn(sizes)
    return Truth(x, y, segment, coefficients, *drawn(np.full(count, 20)))


@pytest.fixture
def exchangeable() -> Truth:
    return truth("exchangeable")


@pytest.fixture
def smooth() -> Truth:
    return truth("smooth")
