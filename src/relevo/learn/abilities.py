"""`Abilities`: what a learner can do, and what it will cost, before it is tried."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Abilities:
    """What a learner declares of itself.

    Attributes
    ----------
    warm
        Whether it can be fine-tuned.
    missing, categories, weights
        Whether it takes missing values, category codes and weights as they come.
    monotone
        Whether its score can be forced to rise or to fall with a feature.
    additive
        Whether each feature adds to the score on its own, whatever the others are: a glass box.
    seconds_per_cell
        Time of one fit on one core for each row, feature and output, as a first guess; the search
        corrects it by what it measures.
    shortens
        By how much it can shorten its fit when there is little time, and still be of use.
    bytes_per_cell
        Memory of one fit for each row and feature, beyond the matrix itself.

    """

    warm: bool = True
    missing: bool = True
    categories: bool = True
    weights: bool = True
    monotone: bool = False
    additive: bool = False
    seconds_per_cell: float = 5e-6
    shortens: float = 1.0
    bytes_per_cell: float = 16.0

    def seconds(self, n_rows: int, n_features: int, n_outputs: int) -> float:
        """First guess of the time of one fit."""
        return self.seconds_per_cell * n_rows * n_features * n_outputs

    def memory_mb(self, n_rows: int, n_features: int) -> float:
        """The memory of one fit, in 10^6 bytes."""
        return self.bytes_per_cell * n_rows * n_features / 1e6


# First guesses, rounded up: seconds from fits on public sets, bytes from the arrays of a fit. The
# search replaces the seconds by what it measures.
ABILITIES = {
    "linear": Abilities(additive=True, seconds_per_cell=8e-6, shortens=5.0, bytes_per_cell=120.0),
    "boosting": Abilities(monotone=True, seconds_per_cell=5e-6, shortens=20.0, bytes_per_cell=14.0),
    "additive": Abilities(monotone=True, additive=True, seconds_per_cell=1e-5, bytes_per_cell=60.0),
    "network": Abilities(seconds_per_cell=1e-5, shortens=3.0, bytes_per_cell=60.0),
}
