"""`with_known_classes`: a target in the order of classes that a model knows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from relevo.errors import OptionMistake
from relevo.learn.learner import Target


def with_known_classes(target: Target, known: tuple[Any, ...]) -> Target:
    """The same target with its classes counted as a model to be fine-tuned counts them.

    Raises
    ------
    OptionMistake
        When a class is unknown to the model: it must be trained from scratch.

    Examples
    --------
    >>> with_known_classes(Target(np.array([0.0]), ("yes",)), ("no", "yes")).values
    array([1.])

    """
    if target.classes == known:
        return target
    unknown = [label for label in target.classes if label not in known]
    if unknown or not known or not target.classes:
        raise OptionMistake(
            "learn.unknown_classes",
            unknown=", ".join(map(str, unknown)) or "-",
            known=", ".join(map(str, known)) or "-",
        )
    place = np.array([known.index(label) for label in target.classes], dtype=np.float64)
    return replace(target, values=place[target.values.astype(np.intp)], classes=known)


def plain_labels(classes: tuple[Any, ...]) -> list[Any]:
    """Class labels as JSON can hold them."""
    return [label.item() if isinstance(label, np.generic) else label for label in classes]
