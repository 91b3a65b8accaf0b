"""The columns that a user means by `segment=`, and whether they name segments."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from relevo.errors import DataMistake, nearest

_ID_LIKE = 0.9  # columns with so many values for each row name rows, not segments
_FEWEST_ID_ROWS = 1_000


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


def check_segments(frame: pl.DataFrame, names: Sequence[str]) -> None:
    """Refuse columns that name no segments.

    Raises
    ------
    DataMistake
        When a column is missing in every row, or nearly every row has a name of its own.

    """
    for name in names:
        if frame[name].null_count() == frame.height:
            raise DataMistake("train.segment_empty", column=name, rows=frame.height)
    if not names or frame.height < _FEWEST_ID_ROWS:
        return
    count = frame.select(names).n_unique()
    if count > _ID_LIKE * frame.height:
        raise DataMistake(
            "train.segment_is_id", columns=", ".join(names), segments=count, rows=frame.height
        )
