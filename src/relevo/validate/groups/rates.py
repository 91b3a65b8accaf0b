"""`Rates`: how often each group is called positive, over all its rows and over its true classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Codes = NDArray[np.intp]

CELLS = 4  # of a group: not positive and not called, called; positive and not called, called


@dataclass(frozen=True, eq=False)
class Rates:
    """The rates of each group; of many tables at once, one axis more in front.

    Attributes
    ----------
    selection
        Shape `(n_groups,)`: the share of rows called positive.
    true_positive, false_positive
        Shape `(n_groups,)`: that share of the rows that are positive, and of those that are not.
        NaN where a group has no such rows.

    """

    selection: Floats
    true_positive: Floats
    false_positive: Floats

    @classmethod
    def of_cells(cls, cells: Floats) -> Rates:
        """From the rows, or their weight, in each cell: shape `(..., n_groups, 4)`."""
        negative, false, missed, hit = np.moveaxis(cells, -1, 0)
        return cls(
            _share(false + hit, negative + false + missed + hit),
            _share(hit, missed + hit),
            _share(false, negative + false),
        )


def cell_of(target: Bools, called: Bools, groups: Codes) -> Codes:
    """The cell of each row among those of all groups, `(n_rows,)`."""
    return groups * CELLS + 2 * target.astype(np.intp) + called.astype(np.intp)


def _share(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0))
