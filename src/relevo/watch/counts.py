"""Two-sample tests of counts: categories, missing values."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, gammaln, rel_entr

Counts = NDArray[np.integer[Any]]

LEAST_EXPECTED = 5.0


def homogeneity(reference: Counts, current: Counts) -> float:
    """The p-value of "both samples have the same shares", from counts per category.

    Pearson's chi-squared over categories of which at least 5 rows are expected in either sample;
    the rarer ones are pooled first. Where pooling leaves one group, Fisher's test (mid-p) of the
    commonest category against the rest.

    Parameters
    ----------
    reference, current
        Shape `(n_categories,)`: rows of each category.

    """
    pooled = reference + current
    order = np.argsort(pooled)[(pooled == 0).sum() :]
    table = np.stack([reference, current]).astype(np.float64)[:, order]
    if table.shape[1] < 2:
        return 1.0
    grouped = _pooled(table)
    if grouped.shape[1] < 2:
        return _fisher(table[:, -1], table[:, :-1].sum(axis=1))
    expected = np.outer(grouped.sum(axis=1), grouped.sum(axis=0)) / grouped.sum()
    statistic = ((grouped - expected) ** 2 / expected).sum()
    return float(chdtrc(grouped.shape[1] - 1, statistic))


def _pooled(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Categories, rarest first, with the fewest possible of them put together."""
    smaller = table.sum(axis=1).min() / table.sum()
    totals = table.sum(axis=0)
    rare = int((totals * smaller < LEAST_EXPECTED).sum())
    while 0 < rare < len(totals) and totals[:rare].sum() * smaller < LEAST_EXPECTED:
        rare += 1
    if rare == 0:
        return table
    return np.column_stack([table[:, :rare].sum(axis=1), table[:, rare:]])


def _fisher(one: NDArray[np.float64], rest: NDArray[np.float64]) -> float:
    """Fisher's test (1922), two-sided: all tables less likely than this one, and half of its like.

    The half (mid-p, Lancaster 1961) keeps the level: a whole one falls short of it by far where
    there are few tables, and with it the verdict over columns of which each has rare gaps.
    """
    (n, m), taken = one + rest, one.sum()
    first = np.arange(max(0.0, taken - m), min(n, taken) + 1)

    def log_choose(rows: float, of: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(gammaln(rows + 1) - gammaln(of + 1) - gammaln(rows - of + 1))

    log_p = log_choose(n, first) + log_choose(m, taken - first)
    log_p -= np.logaddexp.reduce(log_p)
    seen = log_p[int(one[0] - first[0])]
    likewise = np.abs(log_p - seen) <= 1e-7
    return float(
        np.exp(log_p[(log_p < seen) & ~likewise]).sum() + np.exp(log_p[likewise]).sum() / 2
    )


def jensen_shannon(reference: Counts, current: Counts) -> float:
    """The Jensen-Shannon distance of two lists of counts: 0 the same shares, 1 nothing in common.

    Lin (1991), base 2; the square root, which is a metric (Endres & Schindelin 2003).
    """
    p, q = reference / reference.sum(), current / current.sum()
    middle = (p + q) / 2
    divergence = (rel_entr(p, middle).sum() + rel_entr(q, middle).sum()) / (2 * np.log(2))
    return float(np.sqrt(min(1.0, max(0.0, divergence))))
