"""The tree of exceptions.

::

    RelevoError                 everything that relevo raises on purpose
    └── UserMistake             explained in three parts; the command line exits with 2
        ├── ProblemMistake      the problem file
        ├── DataMistake         files, tables, columns, rows
        ├── ModelMistake        a model folder or a version
        ├── StoreMistake        the store: locked, full, unreachable
        ├── OptionMistake       a value of an option: a budget, a learner, a strategy
        └── MissingExtra        an optional library is not installed

A mistake is raised with a key of the catalogue and its values, such as
`raise DataMistake("data.missing_file", path=path)`; the catalogue holds its three sentences under
`<key>.came`, `.expected` and `.todo`. A `DataMistake` is a ValueError too, as Python and
scikit-learn expect of data that are wrong. (An `OptionMistake` must not be one: what parses the
command line would take it for its own.)
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from relevo.words import say

__all__ = [
    "DataMistake",
    "MissingExtra",
    "ModelMistake",
    "OptionMistake",
    "ProblemMistake",
    "RelevoError",
    "StoreMistake",
    "UserMistake",
    "nearest",
]


class RelevoError(Exception):
    """Everything that relevo raises on purpose."""

    exit_code = 1


class UserMistake(RelevoError):
    """A mistake of the user's, explained: what came, what was expected, what to do.

    Parameters
    ----------
    key
        Where the three sentences stand in the catalogue, as `room.name`.
    **values
        What fills the sentences' placeholders. `hint` (default empty) is appended to `todo`
        by catalogues that name it; `nearest` makes one.

    """

    exit_code = 2

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values: dict[str, object] = {"hint": "", **values}
        super().__init__(key)

    def parts(self, lang: str | None = None) -> dict[str, str]:
        """The three sentences, under `came`, `expected` and `todo`, in `lang`."""
        return {
            part: say(f"{self.key}.{part}", lang, **self.values)
            for part in ("came", "expected", "todo")
        }

    def __str__(self) -> str:
        return " ".join(f"{say(f'words.{part}')}: {text}" for part, text in self.parts().items())

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.key, self.values)


class ProblemMistake(UserMistake):
    """The problem file, or what it asks for."""


class DataMistake(UserMistake, ValueError):
    """A file, a table, a column or a row."""


class ModelMistake(UserMistake):
    """A model folder that was changed or is incomplete, or a version that does not exist."""


class StoreMistake(UserMistake):
    """The store is locked, full or cannot be reached."""


class OptionMistake(UserMistake):
    """A value of an option: a budget, a learner, a strategy."""


class MissingExtra(UserMistake):
    """An optional library is needed and not installed; the message holds the exact pip line."""

    def __init__(self, extra: str, need: str) -> None:
        super().__init__("words.missing_extra", extra=extra, need=need)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.values["extra"], self.values["need"])


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known name, or an empty string when none is near.

    Examples
    --------
    >>> nearest("targte", ["target", "time"])
    ' Did you mean target?'

    """
    close = get_close_matches(name, [str(k) for k in known], n=1)
    return say("words.nearest", name=close[0]) if close else ""


def _rebuild(kind: type[UserMistake], key: str, values: dict[str, object]) -> UserMistake:
    return kind(key, **values)
