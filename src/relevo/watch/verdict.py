"""`verdict`: one p-value over all columns, true to its level whatever depends on what."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from relevo.validate.target.combine import combine_each
from relevo.watch.column import Outcome
from relevo.watch.together import Differences

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

DRAWS = 2_000
NO_NEWS = 0.5  # tests that found nothing do not outweigh those that did
RESOLVED = 0.01  # below this level the draws are too few; there the combination is near its limit


def verdict(
    outcomes: Sequence[Outcome], rows: tuple[int, int], seed: int = 0, extra: Sequence[float] = ()
) -> float:
    """The p-value of "nothing changed" over all columns.

    The columns' own tests weigh as much together as Hotelling's T2 of the numbers and as that of
    the categories. They are combined by the truncated Cauchy rule, which needs no independence in
    its smallest values. How often chance alone combines to so little is found from differences
    drawn with the columns' own covariance, which are combined alike.

    Parameters
    ----------
    outcomes
        The tests of single columns.
    rows
        Of the reference and of the window.
    seed
        Of the draws.
    extra
        P-values of further tests; each weighs as much as all columns' own together.

    References
    ----------
    Liu and Xie (2020), "Cauchy combination test"; Fang, Chang, Park and Tseng (2023), "Heavy-tailed
    distribution for combining dependent p-values"; Hotelling (1931), "The generalization of
    Student's ratio".

    """
    tests = [outcome for outcome in outcomes if outcome.varies]
    owners = np.concatenate(
        [np.full(len(o.block.difference), at) for at, o in enumerate(tests) if o.block]
        or [np.empty(0, dtype=int)]
    )
    joint = _joint(tests, rows)
    families = _families(tests, owners)
    together = [(one, of) for of in families if (one := joint.only(of)).directions.size]
    p_values = [*(o.p_value for o in tests), *(t.hotelling() for t, _ in together), *extra]
    if len(p_values) < 2:
        return p_values[0] if p_values else 1.0
    weights = [1 / max(1, len(tests))] * len(tests) + [1.0] * (len(together) + len(extra))
    drawn = joint.drawn(DRAWS, seed)
    by_chance = [
        *_columns_by_chance(drawn, joint, owners, len(tests), seed),
        *(t.by_chance(drawn[:, of]) for t, of in together),
        *np.random.default_rng(seed + 1).random((len(extra), DRAWS)),
    ]
    every = np.column_stack([p_values, np.stack(by_chance)])
    combined = combine_each(every, weights, NO_NEWS)
    return _level(float(combined[0]), np.sort(combined[1:]))


def _joint(tests: Sequence[Outcome], rows: tuple[int, int]) -> Differences:
    blocks = [test.block for test in tests if test.block]
    if not blocks:
        return Differences(np.empty(0), np.empty((0, 0)), 0, rows)
    return Differences.of(
        np.concatenate([block.difference for block in blocks]),
        np.concatenate([block.reference for block in blocks], axis=1),
        np.concatenate([block.current for block in blocks], axis=1),
        rows,
    )


def _families(tests: Sequence[Outcome], owners: NDArray[np.intp]) -> list[Bools]:
    """Which scores are tested together: numbers, categories; of two columns or more."""
    families = np.array([test.block.family if test.block else "" for test in tests])
    return [of[owners] for of in (families == "number", families == "category") if of.sum() > 1]


def _columns_by_chance(
    drawn: Floats, joint: Differences, owners: NDArray[np.intp], tests: int, seed: int
) -> Floats:
    """P-values of each column, shape `(n_tests, n_draws)`; of one without scores, at random."""
    p_values = np.random.default_rng(seed).random((tests, len(drawn)))
    for owner in np.unique(owners):
        of = owners == owner
        p_values[owner] = joint.only(of).by_chance(drawn[:, of])
    return p_values


def _level(combined: float, by_chance: Floats) -> float:
    """How often chance gives so small a combination; beyond the draws, in proportion."""
    resolved = by_chance[int(RESOLVED * len(by_chance)) - 1]
    if combined < resolved:
        return float(combined * RESOLVED / resolved)
    return float((1 + np.searchsorted(by_chance, combined, "right")) / (1 + len(by_chance)))
