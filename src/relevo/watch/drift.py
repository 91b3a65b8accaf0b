"""`drift`: has the newest window come from the same rows as the reference?"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from relevo.data.table import Table
from relevo.errors import DataMistake, OptionMistake, nearest
from relevo.validate.combine import combine
from relevo.watch.column import Block, Outcome, Pair, compare_column
from relevo.watch.together import holm, hotelling

SAMPLED_ROWS = 20_000  # of each sample, for the covariance within; the means stand on all rows


@dataclass(frozen=True)
class ColumnDrift:
    """What changed in one column.

    Attributes
    ----------
    column
        Its name.
    kind
        `"number"`, `"category"` (also numbers with at most 30 distinct values) or `"missing"`.
    size
        How far: for numbers the Wasserstein-1 distance in standard deviations of the reference;
        for categories the Jensen-Shannon distance (0 to 1); for missing values the change of
        their share.
    p_value
        Of this column's own test, not corrected.
    alarm
        Whether it stands out once all columns are allowed for.
    distance
        For numbers, the Kolmogorov-Smirnov distance; else None.

    """

    column: str
    kind: str
    size: float
    p_value: float
    alarm: bool
    distance: float | None = None


@dataclass(frozen=True)
class Drift:
    """The verdict over all columns, and each column's part.

    Attributes
    ----------
    alarm
        Whether `p_value` is at most `alpha`.
    p_value
        One p-value over all columns.
    columns
        In the order of the reference; a column with missing values has an entry for them too.
    rows_reference, rows_current
        How many rows were compared.
    alpha
        How often an alarm is false when nothing changed.
    skipped
        Columns that were not tested: dates, names that are nearly all distinct, running numbers.

    """

    alarm: bool
    p_value: float
    columns: tuple[ColumnDrift, ...]
    rows_reference: int
    rows_current: int
    alpha: float = 0.05
    skipped: tuple[str, ...] = ()

    def at_least(self, size: float) -> Drift:
        """The same, but only what has moved by `size` or more alarms.

        With many rows a test finds shifts that no model feels; the sizes say which may matter.
        """
        columns = tuple(
            replace(one, alarm=one.alarm and abs(one.size) >= size) for one in self.columns
        )
        alarm = self.alarm and (size == 0 or any(one.alarm for one in columns))
        return replace(self, alarm=alarm, columns=columns)


def drift(
    reference: object,
    current: object,
    alpha: float = 0.05,
    seed: int = 0,
    skip: Sequence[str] = (),
) -> Drift:
    """Compare the newest window with the reference, column by column and all together.

    Numbers are compared by the two-sample Kolmogorov-Smirnov test, numbers of few distinct values
    and categories by chi-squared, missing shares by chi-squared or Fisher's exact test. Beside
    the columns, Hotelling's T2 looks at all numbers together (on normal scores) and at all
    categories together, because many small shifts are seen only so. The columns, the numbers and
    the categories weigh the same in the Cauchy combination that makes the one p-value; a column
    alarms by Holm's rule, and only where the whole does.

    Rows are taken as independent draws. Where rows of a day depend on each other, a window of few
    days differs from the reference more often than `alpha`: look at the sizes then.

    Parameters
    ----------
    reference, current
        What `relevo.data.table.Table.of` reads: Polars and pandas frames, arrays
        `(n_rows, n_columns)`, mappings of columns, files. Columns of `current` that the reference
        lacks are left alone. Infinite numbers count as missing.
        Columns of dates are not tested, because time always moves; nor are texts and names that
        are nearly all distinct, nor running numbers.
    alpha
        How often an alarm may be false when nothing changed.
    seed
        Chooses the rows (at most 20,000 of each) for the covariance in Hotelling's T2.
    skip
        Further columns to leave out.

    Raises
    ------
    DataMistake
        When either has fewer than two rows, lacks a column, holds words where the other holds
        numbers, or when no column is left to compare.

    References
    ----------
    Hotelling (1931), "The generalization of Student's ratio"; Stephens (1970), "Use of the
    Kolmogorov-Smirnov, Cramer-Von Mises and related statistics without extensive tables";
    Liu & Xie (2020), "Cauchy combination test"; Holm (1979), "A simple sequentially rejective
    multiple test procedure".

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> found = drift({"age": rng.normal(40, 9, 500)}, {"age": rng.normal(46, 9, 200)})
    >>> found.alarm, round(found.columns[0].size, 1)
    (True, 0.7)

    """
    if not 0 < alpha < 1:
        raise OptionMistake("watch.bad_alpha", alpha=alpha)
    before, after = Table.of(reference).data, Table.of(current).data
    pairs = _pairs(before, after, frozenset(skip), seed)
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as threads:
        results = list(threads.map(compare_column, pairs))
    skipped = tuple(pair.name for pair, result in zip(pairs, results, strict=True) if not result)
    outcomes = [outcome for result in results for outcome in result]
    if not outcomes:
        raise DataMistake("watch.nothing_to_compare", columns=", ".join(before.columns[:8]))
    p_value = _over_all(outcomes, (before.height, after.height))
    alarm = p_value <= alpha
    alarms = holm(np.array([o.p_value for o in outcomes]), alpha) & alarm
    columns = tuple(
        ColumnDrift(o.column, o.kind, o.size, o.p_value, bool(alarms[at]), o.distance)
        for at, o in enumerate(outcomes)
    )
    return Drift(alarm, p_value, columns, before.height, after.height, alpha, skipped)


def _pairs(
    before: pl.DataFrame, after: pl.DataFrame, skip: frozenset[str], seed: int
) -> list[Pair]:
    for which, frame in (("reference", before), ("current", after)):
        if frame.height < 2:
            raise DataMistake(f"watch.too_few_rows_{which}", rows=frame.height)
    missing = [name for name in before.columns if name not in after.columns and name not in skip]
    if missing:
        hint = nearest(missing[0], after.columns)
        raise DataMistake("watch.missing_column", column=missing[0], hint=hint)
    rng = np.random.default_rng(seed)
    sampled_before, sampled_after = (
        np.sort(rng.choice(frame.height, min(frame.height, SAMPLED_ROWS), replace=False))
        for frame in (before, after)
    )
    return [
        Pair(name, before[name], after[name], sampled_before, sampled_after)
        for name in before.columns
        if name not in skip
    ]


def _over_all(outcomes: list[Outcome], rows: tuple[int, int]) -> float:
    """The columns' own tests, the numbers together and the categories together, equal in weight."""
    tested = [outcome.p_value for outcome in outcomes if outcome.varies]
    p_values, weights = list(tested), [1 / max(1, len(tested))] * len(tested)
    for family in ("number", "category"):
        blocks = [o.block for o in outcomes if o.block is not None and o.block.family == family]
        p_value = _together(blocks, rows) if len(blocks) > 1 else None
        if p_value is not None:
            p_values.append(p_value)
            weights.append(1.0)
    return combine(p_values, weights)


def _together(blocks: list[Block], rows: tuple[int, int]) -> float | None:
    return hotelling(
        np.concatenate([block.difference for block in blocks]),
        np.concatenate([block.reference for block in blocks], axis=1),
        np.concatenate([block.current for block in blocks], axis=1),
        rows,
    )
