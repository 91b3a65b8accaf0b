"""`segment_columns`: the columns that a user means by `segment=`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from relevo.errors import DataMistake, nearest


def segment_columns(
    segment: str | int | Sequence[str | int] | None, columns: Sequence[str]
) -> tuple[str, ...]:
    """The names of the segment columns, none twice; none at all for None.

    Raises
    ------
    DataMistake
        When there is no such column.

    Examples
    --------
    >>> segment_columns([0, "town"], ["state", "town", "x"])
    ('state', 'town')

    """
    if segment is None:
        return ()
    names = []
    for name in [segment] if isinstance(segment, (str, int, np.integer)) else segment:
        if isinstance(name, (int, np.integer)) and 0 <= name < len(columns):
            name = columns[name]
        if name not in columns:
            raise DataMistake(
                "train.no_segment_column",
                column=name,
                known=", ".join(map(str, columns)),
                hint=nearest(str(name), columns),
            )
        names.append(str(name))
    return tuple(dict.fromkeys(names))
