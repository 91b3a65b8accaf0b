"""`Whole`: what an ensemble says in the end, seen from a member that is being fine-tuned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Whole:
    """`gain * score + rest`, where `score` is the member's.

    Attributes
    ----------
    gain
        How much the whole score changes with the member's, shape `(n_outputs,)`; above zero.
    rest
        What comes to it for each row, shape `(n_rows, n_outputs)`.

    """

    gain: Floats
    rest: Floats

    def __call__(self, scores: Floats) -> Floats:
        """The whole scores from the member's, `(n_rows, n_outputs)`."""
        return np.asarray(self.gain * scores + self.rest)

    def take(self, rows: NDArray[np.intp] | slice) -> Whole:
        """The whole of some of the rows."""
        return Whole(self.gain, self.rest[rows])
