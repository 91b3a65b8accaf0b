"""`drift`: has the newest window come from the same rows as the reference?"""

from __future__ import annotations

import math
import os
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr
from threadpoolctl import threadpool_limits

from relevo.errors import DataMistake, OptionMistake, nearest
from relevo.score.holm import holm
from relevo.watch.column import Outcome, compare_column
from relevo.watch.reference import Reference
from relevo.watch.sample import Sample
from relevo.watch.side import Side
from relevo.watch.told_apart import ToldApart, told_apart
from relevo.watch.verdict import verdict

CLEAR_AUC = 0.7
THREADED_ROWS = 100_000  # below, threads wait for each other longer than they work


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
    psi
        The population stability index, over tenths of the reference or over categories; 0 for
        missing values.
    new_share
        The share of the window's known values that the reference does not have: categories; for
        numbers, those beyond its smallest and largest.

    """

    column: str
    kind: str
    size: float
    p_value: float
    alarm: bool
    distance: float | None = None
    psi: float = 0.0
    new_share: float = 0.0


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
    classifier
        What a classifier over all columns found, where it was asked for.

    """

    alarm: bool
    p_value: float
    columns: tuple[ColumnDrift, ...]
    rows_reference: int
    rows_current: int
    alpha: float = 0.05
    skipped: tuple[str, ...] = ()
    classifier: ToldApart | None = None

    def at_least(self, size: float) -> Drift:
        """The same, but only what has moved by `size` or more alarms.

        With many rows a test finds shifts that no model feels; the sizes say which may matter. All
        columns together alarm where one of them does, or where the classifier puts a newest row
        above one of the reference in seven cases of ten, or more often where a normal column that
        has moved by `size` would do so.
        """
        columns = tuple(
            replace(one, alarm=one.alarm and abs(one.size) >= size) for one in self.columns
        )
        least = max(CLEAR_AUC, float(ndtr(size / math.sqrt(2.0))))
        clear = self.classifier is not None and self.classifier.auc >= least
        alarm = self.alarm and (size == 0 or clear or any(one.alarm for one in columns))
        return replace(self, alarm=alarm, columns=columns)


def drift(
    reference: object,
    current: object,
    alpha: float = 0.05,
    seed: int = 0,
    skip: Sequence[str] = (),
    classifier: bool | Collection[str] = False,
) -> Drift:
    """Compare the newest window with the reference, column by column and all together.

    Numbers are compared by the two-sample Kolmogorov-Smirnov test, numbers of few distinct values
    and categories by chi-squared, missing shares by chi-squared or Fisher's test. Beside the
    columns, Hotelling's T2 looks at all numbers together (on normal scores) and at all categories
    together, because many small shifts are seen only so. `relevo.watch.verdict` makes the one
    p-value, true to its level whatever depends on what; a column alarms by Holm's rule, and only
    where the whole does.

    Rows are taken as independent draws. Where rows of a day depend on each other, a window of few
    days differs from the reference more often than `alpha`: look at the sizes then.

    Parameters
    ----------
    reference, current
        A `relevo.watch.Reference`, computed once for many windows, or what
        `relevo.data.table.Table.of` reads: Polars and pandas frames, arrays
        `(n_rows, n_columns)`, mappings of columns, files. Columns of `current` that the reference
        lacks are left alone. Infinite numbers count as missing.
        Columns of dates are not tested, because time always moves; nor are texts and names that
        are nearly all distinct, nor running numbers.
    alpha
        How often an alarm may be false when nothing changed.
    seed
        Chooses the rows (at most 20,000 of each) for the covariance in Hotelling's T2 and for the
        classifier.
    skip
        Further columns to leave out.
    classifier
        Whether to train one that tells the samples apart, too, which finds what no column shows
        alone (see `relevo.watch.told_apart`), or on which columns; it weighs as much as all
        columns' own tests.

    Raises
    ------
    DataMistake
        When either has fewer than two rows, lacks a column, holds words where the other holds
        numbers, or when no column is left to compare.

    References
    ----------
    Hotelling (1931), "The generalization of Student's ratio"; Stephens (1970), "Use of the
    Kolmogorov-Smirnov, Cramer-Von Mises and related statistics without extensive tables";
    Holm (1979), "A simple sequentially rejective multiple test procedure".

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
    before = reference if isinstance(reference, Reference) else Sample(reference, seed, skip)
    after = Sample(current, seed, skip)
    names = _names(before, after, frozenset(skip))

    kept: dict[str, tuple[Side, Side]] = {}

    def compared(name: str) -> tuple[str, tuple[Outcome, ...]]:
        sides = before.side(name), after.side(name)
        if classifier:
            kept[name] = sides[0].sampled_only(), sides[1].sampled_only()
        return name, compare_column(name, *sides)

    rows = before.rows, after.rows
    if sum(rows) < THREADED_ROWS:
        found = list(map(compared, names))
    else:
        with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as threads:
            found = list(threads.map(compared, names))
    apart = None
    if classifier:
        given = [name for name in names if classifier is True or name in classifier]
        first, second = ({name: kept[name][at] for name in given} for at in (0, 1))
        apart = told_apart(first, second, seed)
    return of_outcomes(found, rows, alpha, seed, apart)


def of_outcomes(
    results: Sequence[tuple[str, Sequence[Outcome]]],
    rows: tuple[int, int],
    alpha: float,
    seed: int,
    classifier: ToldApart | None = None,
) -> Drift:
    """The verdict on columns that are compared already, each with its name and its tests."""
    outcomes = [outcome for _, tests in results for outcome in tests]
    if not outcomes:
        raise DataMistake(
            "watch.nothing_to_compare", columns=", ".join(name for name, _ in results[:8])
        )
    extra = [classifier.p_value] if classifier else []
    with threadpool_limits(1, user_api="blas"):  # on small matrices its threads but wait
        p_value = verdict(outcomes, rows, seed, extra)
    alarm = p_value <= alpha
    alarms = (holm(np.array([o.p_value for o in outcomes])) <= alpha) & alarm
    columns = tuple(
        ColumnDrift(
            o.column,
            o.kind,
            o.size,
            o.p_value,
            bool(alarms[at]),
            o.distance,
            o.psi,
            o.new_share,
        )
        for at, o in enumerate(outcomes)
    )
    skipped = tuple(name for name, tests in results if not tests)
    return Drift(alarm, p_value, columns, *rows, alpha, skipped, classifier)


def _names(before: Reference | Sample, after: Sample, skip: frozenset[str]) -> list[str]:
    for which, rows in (("reference", before.rows), ("current", after.rows)):
        if rows < 2:
            raise DataMistake(f"watch.too_few_rows_{which}", rows=rows)
    names = [name for name in before.columns if name not in skip]
    check_columns(names, after.columns)
    return names


def check_columns(wanted: Iterable[str], there: Collection[str]) -> None:
    """Refuse rows that lack a column of the reference."""
    missing = [name for name in wanted if name not in there]
    if missing:
        hint = nearest(missing[0], there)
        raise DataMistake("watch.missing_column", column=missing[0], hint=hint)
