"""`next_alpha`: what the next duel may spend of the chance that `renew.alpha` allows in all."""

from __future__ import annotations

import math

from relevo.cycle.project import Project


def next_alpha(project: Project) -> float:
    """The share of the project's next duel: all shares together never exceed `renew.alpha`."""
    number = len(project.store.standing()) + 1
    return project.problem.renew.alpha * 6 / (math.pi * number) ** 2
