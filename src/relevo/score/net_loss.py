"""`net_losses`: the loss beyond what a forecast of each unit's own shares would have lost."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from relevo.score.classification import log_loss_rows
from relevo.score.rows import Floats, block_codes, check_rows


def net_losses(target: ArrayLike, probabilities: ArrayLike, units: ArrayLike) -> Floats:
    """Each row's log loss less the entropy of its unit, `(n_rows,)`.

    A day of storms is hard for every model: most of what makes one day's loss differ from
    another's is how rare the outcome was. That part is taken off, so that a monitor of the days'
    means sees a model that became worse many times sooner.

    Parameters
    ----------
    target
        Shape `(n_rows,)`: the position of each row's class.
    probabilities
        Shape `(n_rows, n_classes)`.
    units
        Shape `(n_rows,)`: the day, or whatever belongs together.

    Examples
    --------
    >>> even = np.full((4, 2), 0.5)
    >>> net_losses([0, 1, 0, 1], even, [1, 1, 1, 1]).round(12).tolist()
    [0.0, 0.0, 0.0, 0.0]

    """
    truth, said = (np.asarray(one, dtype=np.float64) for one in (target, probabilities))
    check_rows(truth, said, None, True)
    unit = block_codes(units, len(truth))
    counts = np.zeros((int(unit.max()) + 1, said.shape[1]))
    np.add.at(counts, (unit, truth.astype(np.intp)), 1.0)
    # Half a row more of each class: a unit of one row is not sure of itself (Krichevsky 1981).
    shares = (counts + 0.5) / (counts + 0.5).sum(axis=1, keepdims=True)
    entropy = -(shares * np.log(shares)).sum(axis=1)
    net: Floats = log_loss_rows(truth, said) - entropy[unit]
    return net
