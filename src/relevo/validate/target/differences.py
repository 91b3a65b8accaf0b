"""`differences`: how far each column of training is from the target, before and after weighting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.validate.target.kinds import kind_of, numbers_of
from relevo.validate.target.margin import Margin

Floats = NDArray[np.float64]
Kind = Literal["number", "category", "missing", "margin"]

FEW_VALUES = 30  # numbers with no more distinct values are tested by their counts
LEAST_EXPECTED = 5.0  # rows of a category in either side; rarer ones are pooled


@dataclass(frozen=True)
class ColumnDifference:
    """One column of the training rows against the target population.

    Attributes
    ----------
    column
        Its name.
    kind
        `number`, `category`, `missing` (the share of missing values), or `margin` (known shares).
    size
        Of a number, target less training mean in standard deviations (the root of the two
        variances' mean: Rosenbaum and Rubin 1985; above .1 is commonly called unbalanced); of
        categories and margins, the total variation of the shares, 0 to 1; of missing values, the
        difference of the shares.
    remaining
        The same, of the weighted training rows.
    p_value
        Of "both are the same before weighting": Kolmogorov and Smirnov's test of numbers,
        Pearson's of counts; None of margins.

    """

    column: str
    kind: Kind
    size: float
    remaining: float
    p_value: float | None


def differences(
    training: pl.DataFrame, target: pl.DataFrame, weights: Floats
) -> Iterator[ColumnDifference]:
    """Of each column that both frames have; `weights` of the training rows, `(n_rows,)`."""
    for name in training.columns:
        sides = training[name], target[name]
        if "category" in (kind_of(side) for side in sides):
            yield _of_categories(name, *sides, weights)
            continue
        before, after = (numbers_of(side) for side in sides)
        missing = np.isnan(before), np.isnan(after)
        known = before[~missing[0]], after[~missing[1]]
        if all(len(side) for side in known):
            yield _of_numbers(name, *known, weights[~missing[0]])
        if any(side.any() for side in missing):
            yield _of_missing(name, *missing, weights)


def of_margins(
    training: pl.DataFrame, margins: Mapping[str, Mapping[Any, float]], weights: Floats
) -> Iterator[ColumnDifference]:
    """Of each column of which only shares are known."""
    for name, shares in margins.items():
        margin = Margin.of(training[name], shares)
        # what the shares leave of 1 is for the others
        wanted = np.append(margin.shares, max(0.0, 1 - margin.shares.sum()))
        both = [
            0.5 * float(np.abs(np.bincount(margin.codes, mass, len(wanted)) - wanted).sum())
            for mass in (np.full(len(weights), 1 / len(weights)), weights / weights.sum())
        ]
        yield ColumnDifference(name, "margin", both[0], both[1], None)


def _of_numbers(name: str, training: Floats, target: Floats, weights: Floats) -> ColumnDifference:
    from scipy.stats import ks_2samp

    size = max(np.abs(training).max(), np.abs(target).max()) or 1.0
    before, after = training / size, target / size  # the squares of the largest floats overflow
    spread = np.sqrt((before.var() + after.var()) / 2)
    values, place = np.unique(np.concatenate([training, target]), return_inverse=True)
    if len(values) <= FEW_VALUES:
        cut = len(training)
        p_value = _homogeneous(
            *(np.bincount(at, minlength=len(values)) for at in (place[:cut], place[cut:]))
        )
    else:
        p_value = float(ks_2samp(training, target, method="asymp").pvalue)
    means = before.mean(), np.average(before, weights=weights) if weights.any() else before.mean()
    shifts = [0.0 if spread <= 1e-15 else float((after.mean() - mean) / spread) for mean in means]
    return ColumnDifference(name, "number", shifts[0], shifts[1], p_value)


def _of_categories(
    name: str, training: pl.Series, target: pl.Series, weights: Floats
) -> ColumnDifference:
    both = pl.concat([side.cast(pl.String).rename("value") for side in (training, target)])
    codes = both.rank("dense").fill_null(0).to_numpy().astype(np.intp)
    levels, cut = int(codes.max()) + 1, len(training)
    have, want = (np.bincount(side, minlength=levels) for side in (codes[:cut], codes[cut:]))
    weighted = np.bincount(codes[:cut], weights, levels)
    sizes = [
        0.5 * float(np.abs(mass / mass.sum() - want / want.sum()).sum())
        for mass in (have, weighted)
    ]
    return ColumnDifference(name, "category", sizes[0], sizes[1], _homogeneous(have, want))


def _of_missing(
    name: str, training: NDArray[np.bool_], target: NDArray[np.bool_], weights: Floats
) -> ColumnDifference:
    counts = [np.bincount(side.astype(np.intp), minlength=2) for side in (training, target)]
    remaining = target.mean() - np.average(training, weights=weights)
    size = target.mean() - training.mean()
    return ColumnDifference(
        name, "missing", float(size), float(remaining), _homogeneous(counts[0], counts[1])
    )


def _homogeneous(have: NDArray[np.intp], want: NDArray[np.intp]) -> float:
    """Pearson's test (1900) of "the same shares", rare categories pooled."""
    from scipy.special import chdtrc

    table = np.stack([have, want]).astype(np.float64)
    table = table[:, np.argsort(table.sum(axis=0))]
    expected = table.sum(axis=0) * table.sum(axis=1).min() / table.sum()
    rare = expected < LEAST_EXPECTED
    if rare.any():
        table = np.column_stack([table[:, rare].sum(axis=1), table[:, ~rare]])
    table = table[:, table.sum(axis=0) > 0]
    if table.shape[1] < 2:
        return 1.0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    statistic = ((table - expected) ** 2 / expected).sum()
    return float(chdtrc(table.shape[1] - 1, statistic))
