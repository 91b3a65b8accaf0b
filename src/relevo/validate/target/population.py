"""`population`: is the training population like the population that the model is for?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.data.table import Table
from relevo.errors import DataMistake, nearest
from relevo.picture.number import number
from relevo.score.spread import kish
from relevo.validate.target.differences import ColumnDifference, differences, of_margins
from relevo.validate.target.encode import Encoding
from relevo.validate.target.exchangeable import exchangeable
from relevo.validate.target.kinds import is_name, is_running, kind_of
from relevo.validate.target.rake import rake
from relevo.validate.target.reweigh import Reweighed, reweigh
from relevo.validate.target.uncovered import Gap, lacking_margins, lacking_pairs, lacking_rows
from relevo.words import say

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEAST_ROWS = 10  # two of each population in every fold
LEVEL = 0.05
WELL_COVERED = 0.95


@dataclass(frozen=True)
class Population:
    """How far training rows stand for the target population, and weights that bring them nearer.

    Attributes
    ----------
    auc
        How well a classifier tells training rows from target rows that it has not seen: 0.5 not
        at all, 1 always. None when only margins are known.
    p_value
        Of "nobody can tell them apart" (see `relevo.validate.exchangeable`); None when only
        margins are known.
    weights
        Shape `(n_training_rows,)`, mean 1: how much each training row counts for the target
        population. All 1 (but for margins) where there is no `overlap`.
    effective_rows
        How many equally weighted rows say as much as the weighted ones (Kish 1965).
    uncovered
        In words: parts of the target population that training (nearly) lacks, the largest first.
        No weight can stand for them.
    columns
        What differs in each column, and what remains of it after weighting; the largest first.
    weighted_auc
        The classifier's AUC when the training rows are weighted.
    trimmed
        The share of the training rows whose weight was cut.
    covered
        The share of the target rows that training has rows near to (see
        `relevo.validate.coverage`).
    covered_rows
        Which of them these are, `(n_target_rows,)`.
    overlap
        Whether training has anything in common with the target; if not, no weight can help.
    skipped
        Columns that were not compared: dates, texts, names, running numbers, empty ones, and those
        that the target lacks.
    missing
        The uncovered parts as data.

    """

    auc: float | None
    p_value: float | None
    weights: Floats
    effective_rows: float
    uncovered: tuple[str, ...]
    columns: tuple[ColumnDifference, ...] = ()
    weighted_auc: float | None = None
    trimmed: float = 0.0
    covered: float | None = None
    covered_rows: Bools | None = None
    overlap: bool = True
    skipped: tuple[str, ...] = ()
    missing: tuple[Gap, ...] = ()

    @property
    def state(self) -> str:
        """`alike`, `repaired`, `partly` covered, `apart`; `margins` when only these are known."""
        if self.p_value is None or self.covered is None:
            return "margins"
        if not self.overlap:
            return "apart"
        if self.uncovered or (self.p_value <= LEVEL and self.covered < WELL_COVERED):
            return "partly"
        return "repaired" if self.p_value <= LEVEL else "alike"

    @property
    def text(self) -> str:
        """What was found, in a sentence or two."""
        return self.said()

    def said(self, lang: str | None = None) -> str:
        """The same in `lang`."""
        missing = 0.0 if self.covered is None else 1 - self.covered
        return say(
            f"population.state.{self.state}",
            lang,
            auc=number(self.auc, 3),
            after=number(self.weighted_auc, 3),
            rows=number(len(self.weights)),
            effective=number(round(self.effective_rows)),
            missing=f"{100 * missing:.{0 if missing > 0.1 else 1}f}",
        )


def population(
    training: object,
    target: object | None,
    margins: Mapping[str, Mapping[Any, float]] | None = None,
    seed: int = 0,
) -> Population:
    """Compare the training rows with the target population: rows of it, or known shares of it.

    With target rows, a classifier learns to tell the two apart on four fifths of them and is
    judged on the fifth that it has not seen, five times; its calibrated odds, bent until the
    columns' means are the target's, weigh the training rows. With margins the weights are raked
    until every margin is met; with both, one after the other.

    Parameters
    ----------
    training, target
        What `relevo.data.table.Table.of` reads: Polars and pandas frames, arrays
        `(n_rows, n_columns)`, mappings of columns, files. Columns that `target` lacks, dates,
        texts, names and running numbers are left out. `target` may be None with `margins`.
    margins
        For a column, the share that each category has of the target population; of a column of
        numbers ranges too, such as `{"age": {"> 65": 0.18}}`. What the shares of a column leave
        of 1 goes to the rows that it does not name.
    seed
        Of the folds and of the classifier.

    Raises
    ------
    DataMistake
        When there are too few rows, no common column, or margins that cannot be met.

    References
    ----------
    Bickel, Brückner and Scheffer (2007), Discriminative learning for differing training and test
    distributions; Deville and Särndal (1992); Deming and Stephan (1940); Kish (1965).

    Examples
    --------
    >>> training = {"sex": ["f"] * 20 + ["m"] * 80, "age": [30] * 60 + [70] * 40}
    >>> found = population(training, None, margins={"sex": {"f": 0.5, "m": 0.5}})
    >>> float(found.weights[0]), float(found.weights[-1]), round(found.effective_rows)
    (2.5, 0.625, 64)
    >>> found = population(training, None, margins={"age": {"> 65": 0.18}})
    >>> round(float(found.weights[-1]), 6)
    0.45

    """
    rows = Table.of(training).data
    _enough(rows, "training")
    if target is None and not margins:
        raise DataMistake("population.nothing_to_compare_with")
    shares = {str(name): dict(column) for name, column in (margins or {}).items()}
    gaps = list(lacking_margins(rows, shares))
    if target is None:
        weights = rake(rows, shares, np.ones(rows.height))
        columns = tuple(of_margins(rows, shares, weights))
        missing = _largest_first(gaps)
        texts = tuple(gap.text for gap in missing)
        return Population(
            None, None, weights, kish(weights), texts, _sorted(columns), missing=missing
        )
    wanted = Table.of(target).data
    _enough(wanted, "target")
    names = _comparable(rows, wanted)
    before, after = rows.select(names), wanted.select(names)
    encoding = Encoding.of(before, after)
    matrix = np.concatenate([encoding(before), encoding(after)])
    is_target = np.arange(len(matrix)) >= before.height
    found = reweigh(matrix, encoding.categorical, is_target, seed)
    gaps += lacking_rows(before, after)
    gaps += lacking_pairs(before, after, gaps, seed)
    weights = rake(rows, shares, found.weights)
    return _of_rows(
        found,
        exchangeable(matrix, encoding.categorical, is_target, seed),
        weights,
        gaps,
        [*differences(before, after, weights), *of_margins(rows, shares, weights)],
        tuple(name for name in rows.columns if name not in names),
    )


def _of_rows(
    found: Reweighed,
    p_value: float,
    weights: Floats,
    gaps: Sequence[Gap],
    columns: Sequence[ColumnDifference],
    skipped: tuple[str, ...],
) -> Population:
    missing = _largest_first(gaps)
    return Population(
        auc=found.auc,
        p_value=p_value,
        weights=weights,
        effective_rows=kish(weights),
        uncovered=tuple(gap.text for gap in missing),
        missing=missing,
        columns=_sorted(columns),
        weighted_auc=found.weighted_auc,
        trimmed=found.trimmed,
        covered=float(found.covered.mean()),
        covered_rows=found.covered,
        overlap=found.overlap,
        skipped=skipped,
    )


def _largest_first(gaps: Sequence[Gap]) -> tuple[Gap, ...]:
    return tuple(sorted(gaps, key=lambda gap: -gap.share))


def _sorted(columns: Sequence[ColumnDifference]) -> tuple[ColumnDifference, ...]:
    return tuple(sorted(columns, key=lambda one: -abs(one.size)))


def _enough(rows: pl.DataFrame, which: str) -> None:
    if rows.height < LEAST_ROWS:
        raise DataMistake(f"population.too_few_rows_{which}", rows=rows.height, least=LEAST_ROWS)


def _comparable(training: pl.DataFrame, target: pl.DataFrame) -> list[str]:
    """Columns of both that hold numbers or categories."""
    names = []
    for name in (name for name in training.columns if name in target.columns):
        before, after = training[name], target[name]
        empty = before.null_count() == before.len() or after.null_count() == after.len()
        if empty:
            continue
        kinds = {kind_of(before), kind_of(after)}
        if len(kinds) > 1:
            raise DataMistake(
                "population.type_changed", column=name, training=before.dtype, target=after.dtype
            )
        if kinds == {"category"} and _names_rows(before, after):
            continue
        if None not in kinds and not (is_running(before) and is_running(after)):
            names.append(name)
    if not names:
        hint = nearest(training.columns[0], target.columns) if training.columns else ""
        raise DataMistake(
            "population.no_common_column", columns=", ".join(target.columns[:8]), hint=hint
        )
    return names


def _names_rows(*sides: pl.Series) -> bool:
    words = pl.concat([side.cast(pl.String).rename("value") for side in sides]).drop_nulls()
    return is_name(words.n_unique(), words.len())
