"""`Table`: rows, and what their columns are for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.data.fingerprint import fingerprint
from relevo.data.frames import normalise
from relevo.data.reason import reason
from relevo.data.sources import read
from relevo.data.stack import Frame, stack
from relevo.errors import DataMistake, nearest
from relevo.problem.problem import Problem, Roles


@dataclass(frozen=True, eq=False)
class Table:
    """Rows and the roles of their columns; read when they are asked for, and once.

    Made with `Table.of`.

    Attributes
    ----------
    frame
        A scan, or normalised rows in memory (see `relevo.data.frames.normalise`).
    roles
        What columns are for, besides being predictors.

    """

    frame: Frame
    roles: Roles = field(default_factory=Roles)

    @classmethod
    def of(
        cls, source: Any, roles: Problem | Roles | None = None, folder: Path | None = None
    ) -> Table:
        """The table of a path, a `problem.Source`, a frame of any library, or another table.

        Parameters
        ----------
        source
            See `relevo.data.sources.read`.
        roles
            The roles, or the problem that has them.
        folder
            Where relative paths start; the current one by default.

        Raises
        ------
        DataMistake
            What came cannot be read as a table.

        Examples
        --------
        >>> Table.of({"hour": [1, 2, 3]}).take([2, 0]).data["hour"].to_list()
        [3, 1]

        """
        known = roles.roles if isinstance(roles, Problem) else roles
        if isinstance(source, Table):
            return source if known is None else replace(source, roles=known)
        frame = read(source, folder)
        rows = normalise(frame) if isinstance(frame, pl.DataFrame) else frame
        return cls(rows, known or Roles())

    @cached_property
    def data(self) -> pl.DataFrame:
        """The rows in memory, normalised."""
        if isinstance(self.frame, pl.DataFrame):
            return self.frame
        try:
            return normalise(self.frame.collect(engine="streaming"))
        except pl.exceptions.PolarsError as error:
            raise DataMistake("data.unreadable_rows", reason=reason(error)) from None

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(self.frame.collect_schema())

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(self._known.lazy().select(pl.len()).collect().item())

    @cached_property
    def fingerprint(self) -> str:
        """The hash of the content; see `relevo.data.fingerprint`."""
        return fingerprint(self.data)

    def __len__(self) -> int:
        return self.rows

    def require(self, columns: Iterable[str]) -> None:
        """Refuse to go on without these columns.

        Raises
        ------
        DataMistake
            `data.missing_columns` names those that are not there.

        """
        missing = [name for name in columns if name not in self.columns]
        if missing:
            raise DataMistake(
                "data.missing_columns",
                missing=", ".join(missing),
                columns=", ".join(self.columns),
                hint=nearest(missing[0], self.columns),
            )

    def select(self, columns: Sequence[str]) -> Table:
        """The table of some of the columns; a scan stays a scan.

        Raises
        ------
        DataMistake
            One of them is not there.

        """
        self.require(columns)
        return replace(self, frame=self._known.select(list(columns)))

    def take(self, rows: NDArray[np.integer] | Sequence[int] | slice) -> Table:
        """The table of the rows at these positions, in this order."""
        return replace(self, frame=self.data[rows])

    def filter(self, wanted: pl.Expr | pl.Series | NDArray[np.bool_]) -> Table:
        """The table of the rows for which the expression or mask, shape `(n_rows,)`, is true."""
        return replace(self, frame=self.data.filter(wanted))

    def head(self, rows: int = 10) -> Table:
        """The table of the first rows."""
        return replace(self, frame=self.data.head(rows))

    @staticmethod
    def concat(tables: Sequence[Table]) -> Table:
        """All rows of the tables, joined by the names of columns, with the roles of the first.

        Raises
        ------
        DataMistake
            A column is not in every table.

        """
        frames = {f"[{number}]": table.data for number, table in enumerate(tables, start=1)}
        return replace(tables[0], frame=normalise(stack(frames).lazy().collect()))

    @property
    def _known(self) -> Frame:
        return self.data if "data" in self.__dict__ else self.frame
