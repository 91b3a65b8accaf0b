"""`DriftStream`: drift of rows that come in chunks and are too many to hold."""

from __future__ import annotations

from collections.abc import Sequence

from relevo.data.table import Table
from relevo.errors import DataMistake, OptionMistake
from relevo.watch.column import compare_column
from relevo.watch.drift import Drift, check_columns, of_outcomes
from relevo.watch.reference import Reference
from relevo.watch.reservoir import Reservoir
from relevo.watch.sample import sampled_of
from relevo.watch.tally import Tally


class DriftStream:
    """Compare rows that come in chunks with the reference, in memory that does not grow.

    Numbers are counted and summed at and between a thousand quantiles of the reference, categories
    are counted, and a fair sample of rows serves the covariance. However the rows are cut into
    chunks, `result` is the same, and what `drift` finds in one piece but for these: a Kolmogorov-
    Smirnov distance is at most .001 too small (one bin), so that its p-value is never too small;
    a Wasserstein distance is exact but where the distribution functions cross within a bin.

    Parameters
    ----------
    reference
        A `Reference`, or rows as `drift` takes them.
    alpha, seed, skip
        As in `drift`.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> stream = DriftStream({"age": rng.normal(40, 9, 500)})
    >>> for chunk in range(4):
    ...     stream.add({"age": rng.normal(46, 9, 50)})
    >>> stream.rows, stream.result().alarm
    (200, True)

    """

    def __init__(
        self, reference: object, alpha: float = 0.05, seed: int = 0, skip: Sequence[str] = ()
    ) -> None:
        if not 0 < alpha < 1:
            raise OptionMistake("watch.bad_alpha", alpha=alpha)
        self._reference = (
            reference if isinstance(reference, Reference) else Reference.of(reference, seed, skip)
        )
        self._alpha, self._seed = alpha, seed
        self._tallies = {
            name: Tally.of(side)
            for name, side in self._reference.columns.items()
            if name not in skip
        }
        self._sample = Reservoir(sampled_of(len(self._tallies)), seed)
        self._rows = 0

    @property
    def rows(self) -> int:
        """How many rows came."""
        return self._rows

    def add(self, chunk: object) -> None:
        """Count the rows of a chunk.

        Parameters
        ----------
        chunk
            Rows as `drift` takes them.

        Raises
        ------
        DataMistake
            When the chunk lacks a column of the reference, or holds words where that has numbers.

        """
        rows = Table.of(chunk).data
        check_columns(self._tallies, rows.columns)
        rows = rows.select(*self._tallies)
        self._tallies = {
            name: tally.with_column(rows[name]) for name, tally in self._tallies.items()
        }
        self._sample.add(rows)
        self._rows += rows.height

    def result(self) -> Drift:
        """The verdict on all rows that came.

        Raises
        ------
        DataMistake
            When fewer than two rows came, or no column can be compared.

        """
        if self._rows < 2:
            raise DataMistake("watch.too_few_rows_current", rows=self._rows)
        sampled = self._sample.rows
        found = [
            (name, compare_column(name, tally.before, tally.side(sampled[name])))
            for name, tally in self._tallies.items()
        ]
        return of_outcomes(found, (self._reference.rows, self._rows), self._alpha, self._seed)
