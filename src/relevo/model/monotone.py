"""`monotone_of`: with which features the score may only rise, or only fall."""

from __future__ import annotations

from relevo.errors import ProblemMistake, nearest
from relevo.prepare.preparation import Preparation
from relevo.problem.problem import Problem

_NUMBER, _CENTRAL = "number", "central"


def monotone_of(
    problem: Problem,
    preparation: Preparation,
    n_classes: int | None = None,
    strategy: str = _CENTRAL,
) -> dict[str, int]:
    """What `training.rising` and `training.falling` say, by feature: 1 rises, -1 falls.

    Parameters
    ----------
    problem
        Names source columns.
    preparation
        Knows what they have become.
    n_classes
        Of a classification, where it is known.
    strategy
        How the model is trained.

    Raises
    ------
    ProblemMistake
        When a column is not there, holds no numbers, or is named for both; or when the model has
        more than two classes, so that there is no one score, or parts for segments, which do not
        keep the promise.

    """
    rising, falling = problem.training.rising, problem.training.falling
    if n_classes is not None and n_classes > 2 and (rising or falling):
        raise ProblemMistake("monotone.classes", classes=n_classes)
    if strategy != _CENTRAL and (rising or falling):
        raise ProblemMistake("monotone.strategy", strategy=strategy)
    kinds = {step.column: step.kind for step in preparation.steps}
    for column in (*rising, *falling):
        if column in rising and column in falling:
            raise ProblemMistake("monotone.both", column=column)
        if column not in kinds:
            known = ", ".join(kinds)
            raise ProblemMistake(
                "monotone.unknown", column=column, known=known, hint=nearest(column, kinds)
            )
        if kinds[column] != _NUMBER:
            raise ProblemMistake("monotone.no_number", column=column, kind=kinds[column])
    return {**dict.fromkeys(rising, 1), **dict.fromkeys(falling, -1)}
