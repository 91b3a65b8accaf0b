"""`next_alpha`: what the next duel may risk, so that one bound holds over a project's life."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from relevo.errors import OptionMistake

# The first duel takes a quarter of what there is. Less lets later ones see more, and it less.
_PATIENCE = 4


@dataclass(frozen=True)
class Spent:
    """What became of an earlier duel.

    Attributes
    ----------
    alpha
        What it was given.
    promoted
        Whether its challenger took over.
    risk_left
        Its last `Verdict.risk_left` when it was broken off or lost; 0 while it goes on.

    """

    alpha: float
    promoted: bool = False
    risk_left: float = 0.0

    @property
    def back(self) -> float:
        """What of its alpha comes back."""
        return self.alpha if self.promoted else min(max(self.risk_left, 0.0), self.alpha)


def next_alpha(total: float, earlier: Iterable[Spent], challengers: int = 1) -> float:
    """The alpha of each challenger of the next renewal.

    The chance that *any* challenger that is no better is *ever* promoted, in all renewals
    together, is at most `total`. Of n duels so far, those of this renewal included, each new one
    takes the part 1 / (n + 3) of what is left. A duel gives back its whole alpha when its
    challenger is promoted, and when it ends otherwise, what it had not yet risked: the chance
    that it would still have promoted one that is no better.

    Parameters
    ----------
    total
        The bound over the project's life.
    earlier
        Every duel of the project, in any order; duels that go on included.
    challengers
        How many new ones will be judged. Copies of the champion take part in none: a duel of
        equals gives everything back.

    Notes
    -----
    What is left, plus what the duels in play may still risk, never grows on average while no
    better challenger is at hand, and a wrong promotion takes it to one; so that happens with a
    chance of at most `total` (Ville 1939). Better challengers only give back what they were
    given. This is the online fallback of Tian and Ramdas (2021), Online control of the familywise
    error rate, Statistical Methods in Medical Research 30, with two additions: duels that were
    broken off give back too, and the weights are of what is left, so that nothing runs out.

    Examples
    --------
    >>> first = next_alpha(0.05, [])
    >>> round(first, 4), round(next_alpha(0.05, [Spent(first)]), 4)
    (0.0125, 0.0075)
    >>> round(next_alpha(0.05, [Spent(first, promoted=True)]), 4)
    0.01

    """
    if not (0 < total < 0.5):
        raise OptionMistake("duel.bad_alpha", value=total)
    if challengers < 1:
        raise OptionMistake("duel.bad_challengers", value=challengers)
    before = list(earlier)
    left = total - math.fsum(duel.alpha - duel.back for duel in before)
    return max(left, 0.0) / (len(before) + challengers - 1 + _PATIENCE)
