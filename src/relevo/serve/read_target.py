"""`read_target`: an outcome as the model knows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relevo.data.category_text import category_text
from relevo.serve.scalar import is_scalar


def read_target(target: Any, classes: Sequence[Any]) -> Any:
    """The label that `target` means, so that `1`, `1.0` and `"1"` are one; a number as it is.

    Parameters
    ----------
    target
        As JSON gives it.
    classes
        The model's labels; none for a regression.

    Raises
    ------
    ValueError
        When it is none of the labels, or no number; the text shows what came.

    Examples
    --------
    >>> read_target("1", (0, 1)), read_target(2.5, ())
    (1, 2.5)

    """
    if not is_scalar(target) or target is None:
        raise ValueError("null" if target is None else "…")
    if classes:
        text = category_text(target)
        for label in classes:
            if label == target or category_text(label) == text:
                return label
    elif isinstance(target, int | float) and not isinstance(target, bool):
        return target
    raise ValueError(str(target)[:80])
