"""The names of columns: text, none empty, none twice; and the nearest of several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches

from relevo.errors import DataMistake

_LONGEST = 80  # a longer one is no slip of the pen, and costs time to compare


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


def nearest_name(name: str, known: Iterable[str]) -> str:
    """The known name that is nearest, whatever its case, or an empty text when none is near.

    Examples
    --------
    >>> nearest_name("distnce", ["distance", "day"]), nearest_name("LIMA", ["Lima"])
    ('distance', 'Lima')

    """
    if len(name) > _LONGEST:
        return ""
    folded = {one.casefold(): one for one in known if len(one) <= _LONGEST}
    close = get_close_matches(name.casefold(), folded, n=1)
    return folded[close[0]] if close else ""
