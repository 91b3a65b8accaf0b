"""`Step`: what the preparation of one column can do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray


class Step(Protocol):
    """A fitted column: the same numbers for a whole table and for one value.

    Attributes
    ----------
    kind
        The name under which a saved step is read again.
    column
        The source column.

    """

    kind: ClassVar[str]

    @property
    def column(self) -> str:
        """The source column's name."""
        ...

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the features that the column becomes."""
        ...

    @property
    def codes(self) -> int:
        """How many category codes the one feature has; zero when the features are numbers."""
        ...

    def table(self, values: pl.Series, out: NDArray[np.float64]) -> None:
        """Write the features of a whole column into `out`, shape `(n_rows, len(features))`."""
        ...

    def row(self) -> Callable[[Any], tuple[float, ...]]:
        """A function from one value (None when missing) to its features."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """What `from_dict` of the same class needs, as JSON."""
        ...
