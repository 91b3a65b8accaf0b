"""`Deviation`: how far an export's answers lie from the model's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Deviation:
    """How far an export's answers lie from the model's.

    Attributes
    ----------
    largest_difference
        Between two probabilities, or two numbers, of the same row.
    rows
        How many were compared.

    """

    largest_difference: float
    rows: int
