"""The names of columns: text, none empty, none twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from relevo.errors import DataMistake


def check_names(names: Iterable[object], source: str) -> None:
    """Refuse names that would leave a column without a name of its own.

    Parameters
    ----------
    names
        The columns' names, in order.
    source
        What holds the columns, in words for the message (a file's name).

    Raises
    ------
    DataMistake
        `data.name_not_text`, `data.empty_name` or `data.duplicate_name`.

    """
    listed = list(names)
    for position, name in enumerate(listed, start=1):
        if not isinstance(name, str):
            raise DataMistake(
                "data.name_not_text", source=source, name=repr(name), position=position
            )
        if not name.strip():
            raise DataMistake("data.empty_name", source=source, position=position)
    twice = [name for name, count in Counter(listed).items() if count > 1]
    if twice:
        raise DataMistake("data.duplicate_name", source=source, names=", ".join(map(str, twice)))
