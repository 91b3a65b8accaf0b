"""`check_named_columns`: whether the columns that `[explain]` names exist."""

from __future__ import annotations

from collections.abc import Collection

from relevo.errors import ProblemMistake, nearest
from relevo.problem.problem import Explain

_LISTS = ("not_reasons", "immutable", "only_rises", "only_falls")


def unknown_columns(explain: Explain, columns: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The columns that do not exist, by the key of `[explain]` that names them.

    Examples
    --------
    >>> unknown_columns(Explain(immutable=("age", "sexx")), ["age", "sex"])
    {'immutable': ('sexx',)}

    """
    named = {"phrases": tuple(explain.phrases), **{key: getattr(explain, key) for key in _LISTS}}
    known = frozenset(columns)
    unknown = {key: tuple(c for c in names if c not in known) for key, names in named.items()}
    return {key: names for key, names in unknown.items() if names}


def check_named_columns(explain: Explain, columns: Collection[str]) -> None:
    """Refuse an `[explain]` that names columns which do not exist.

    Raises
    ------
    ProblemMistake
        With the nearest right name of the first.

    """
    unknown = unknown_columns(explain, columns)
    if unknown:
        names = list(dict.fromkeys(name for those in unknown.values() for name in those))
        raise ProblemMistake(
            "decision.unknown_columns",
            columns=", ".join(names),
            known=", ".join(columns),
            keys=", ".join(unknown),
            hint=nearest(names[0], columns),
        )
