"""`probation`: whether a former champion comes back, on the evidence that a challenger needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from numpy.typing import ArrayLike

from relevo.renew.duel import Duel, Verdict

_OUTCOMES: dict[str, Literal["comes back", "stays away", "undecided"]] = {
    "promote": "comes back",
    "keep": "stays away",
    "undecided": "undecided",
}


@dataclass(frozen=True)
class Probation:
    """What the rows since a swap say of it.

    Attributes
    ----------
    outcome
        `"comes back"`: the former champion is better; `"stays away"`: it is not; `"undecided"`.
    verdict
        The duel, with the former champion as the challenger.

    """

    outcome: Literal["comes back", "stays away", "undecided"]
    verdict: Verdict


def probation(
    former_loss: ArrayLike,
    present_loss: ArrayLike,
    unit: ArrayLike | None = None,
    alpha: float = 0.05,
    min_gain: float = 0.0,
    min_units: int = 28,
) -> Probation:
    """The former champion against the one that took its place, on all rows since the swap.

    The roles of the duel are exchanged and nothing else: one may look after each label, and the
    chance that a former champion that is no better ever comes back is at most `alpha`.

    Parameters
    ----------
    former_loss, present_loss
        Losses of the former and the present champion on the same rows, `(n_rows,)`.
    unit, alpha, min_gain, min_units
        As in `Duel`.

    Raises
    ------
    DataMistake
        When shapes differ, or a loss or a unit is missing.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> days = np.repeat(np.arange(40), 50)
    >>> former = rng.normal(1.0, 0.3, 2000)
    >>> probation(former, former + 0.1 + rng.normal(0, 0.1, 2000), days).outcome
    'comes back'

    """
    verdict = Duel(alpha, min_gain, min_units).update(present_loss, former_loss, unit)
    return Probation(_OUTCOMES[verdict.decision], verdict)
