"""One column of two samples compared: its own test, and its part in the tests over all columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from relevo.errors import DataMistake
from relevo.validate.target.kinds import is_name
from relevo.watch.bins import merged
from relevo.watch.counts import homogeneity, jensen_shannon
from relevo.watch.side import Side
from relevo.watch.stability import stability
from relevo.watch.steps import Steps

Floats = NDArray[np.float64]
Counts = NDArray[np.integer[Any]]
Kind = Literal["number", "category", "missing"]

FEW_VALUES = 30  # numbers with no more distinct values are tested as categories
QUANTILES = 10  # groups of a number in its stability index
LEVELS_TOGETHER = 10  # categories of one column that take part in the test over all of them
LEAST_EXPECTED_TOGETHER = 20  # a mean of fewer expected ones is far from normal
FAMILIES = {"number": "number", "running": "number", "category": "category", "name": "category"}


@dataclass(frozen=True, eq=False)
class Block:
    """A column as scores, for a test over all columns of its family.

    `difference` is current minus reference mean over all rows, shape `(n_scores,)`; `reference`
    and `current` are the scores of the sampled rows, shape `(n_sampled_rows, n_scores)`. A
    missing value scores zero.
    """

    family: Kind
    difference: Floats
    reference: NDArray[np.float32]
    current: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Outcome:
    """One test of one column; `varies` is False where both samples hold one value only."""

    column: str
    kind: Kind
    size: float
    p_value: float
    distance: float | None = None
    psi: float = 0.0
    new_share: float = 0.0
    varies: bool = True
    block: Block | None = None


def compare_column(name: str, before: Side, after: Side) -> tuple[Outcome, ...]:
    """The tests of one column; none where it is a date, a name or a running number.

    Raises
    ------
    DataMistake
        When one sample holds numbers and the other words.

    """
    families = [FAMILIES.get(side.kind) for side in (before, after)]
    both = bool(before.known and after.known)
    if both and families[0] != families[1]:
        raise DataMistake(
            "watch.type_changed", column=name, reference=before.type, current=after.type
        )
    shown = before if before.known else after
    if shown.kind in ("date", "name") or before.kind == after.kind == "running":
        return ()
    outcomes = []
    if both and families[0] == "number":
        outcomes.append(_numbers(name, before, after))
    elif both:
        names, counts = _counts(before, after)
        if is_name(len(names), int(counts.sum())):
            return ()
        outcomes.append(_words(name, before, after, names, counts))
    if before.missing or after.missing:
        outcomes.append(_missing(name, before, after))
    return tuple(outcomes)


def _numbers(name: str, before: Side, after: Side) -> Outcome:
    steps = merged(before.numbers, after.numbers)
    distinct = len(steps.values)
    varies = distinct > 1
    block = _number_block(before, after, steps) if varies else None
    if 1 < distinct <= min(FEW_VALUES, sum(steps.rows) // 10):
        return _of_counts(name, *steps.counts(), block)
    distance, p_value = steps.kolmogorov_smirnov()
    return Outcome(
        name,
        "number",
        steps.distances[1] / (before.deviation or steps.spread()),
        p_value,
        distance,
        stability(*steps.between_quantiles(QUANTILES)),
        steps.new_share(),
        varies,
        block,
    )


def _number_block(before: Side, after: Side, steps: Steps) -> Block:
    in_reference, in_current = steps.scored()
    difference = in_current / after.rows - in_reference / before.rows

    def scored(sampled: Floats) -> NDArray[np.float32]:
        scores = np.where(np.isnan(sampled), 0.0, steps.scores(steps.place(sampled)))
        return scores.astype(np.float32)[:, None]

    return Block("number", np.array([difference]), scored(before.sampled), scored(after.sampled))


def _words(name: str, before: Side, after: Side, names: tuple[str, ...], counts: Counts) -> Outcome:
    block = _category_block(before, after, names, counts) if len(names) > 1 else None
    return _of_counts(name, counts[0], counts[1], block)


def _of_counts(name: str, reference: Counts, current: Counts, block: Block | None) -> Outcome:
    return Outcome(
        name,
        "category",
        jensen_shannon(reference, current),
        homogeneity(reference, current),
        psi=stability(reference, current),
        new_share=float(current[reference == 0].sum() / current.sum()),
        varies=len(reference) > 1,
        block=block,
    )


def _counts(before: Side, after: Side) -> tuple[tuple[str, ...], Counts]:
    """The categories of both, the commonest first, and the rows of each in each sample."""
    sides = [dict(zip(side.names, side.counts.tolist(), strict=True)) for side in (before, after)]
    every = sides[0] | sides[1]
    rows = [(sides[0].get(name, 0), sides[1].get(name, 0), name) for name in every]
    rows.sort(key=lambda row: (-row[0] - row[1], row[2]))
    counts = np.array([[row[side] for row in rows] for side in (0, 1)], dtype=np.int64)
    return tuple(row[2] for row in rows), counts


def _category_block(
    before: Side, after: Side, names: tuple[str, ...], counts: Counts
) -> Block | None:
    rows = before.rows, after.rows
    expected = counts.sum(axis=0)[:LEVELS_TOGETHER] * (min(rows) / sum(rows))
    levels = names[: int((expected >= LEAST_EXPECTED_TOGETHER).sum())]
    if not levels:
        return None
    difference = counts[1, : len(levels)] / rows[1] - counts[0, : len(levels)] / rows[0]

    def scored(side: Side) -> NDArray[np.float32]:
        place = {name: at for at, name in enumerate(side.names)}
        codes = np.array([place.get(level, -1) for level in levels])
        return np.asarray(side.sampled[:, None] == codes, dtype=np.float32)

    return Block("category", difference, scored(before), scored(after))


def _missing(name: str, before: Side, after: Side) -> Outcome:
    reference, current = (np.array([side.known, side.missing]) for side in (before, after))
    size = after.missing / after.rows - before.missing / before.rows
    varies = bool((reference + current).min() > 0)
    sampled = [np.isnan(side.sampled).astype(np.float32)[:, None] for side in (before, after)]
    return Outcome(
        name,
        "missing",
        size,
        homogeneity(reference, current),
        varies=varies,
        block=Block("missing", np.array([size]), *sampled) if varies else None,
    )
