"""`read_parquet`: Parquet files, scanned: columns that nobody asks for are never read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from relevo.data.names import check_names
from relevo.data.reason import reason
from relevo.data.stack import Frame, stack
from relevo.errors import DataMistake


def read_parquet(paths: Sequence[Path]) -> Frame:
    """A scan of one or more Parquet files whose columns agree.

    Raises
    ------
    DataMistake
        `data.not_valid` for a file that is no Parquet.

    """
    return stack({path.name: _scan(path) for path in paths})


def _scan(path: Path) -> pl.LazyFrame:
    scanned = pl.scan_parquet(path, glob=False)
    try:
        check_names(scanned.collect_schema(), path.name)
    except pl.exceptions.PolarsError as error:
        raise DataMistake(
            "data.not_valid", path=path.name, format="Parquet", reason=reason(error)
        ) from None
    return scanned
