"""`population`: is the training population like the population that the model is for?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.data.table import Table
from relevo.errors import DataMistake, nearest
from relevo.score.spread import kish
from relevo.validate.domain import Domain, tell_apart
from relevo.validate.kinds import is_name, is_running, kind_of
from relevo.validate.rake import rake
from relevo.validate.uncovered import lacking_margins, lacking_rows

Floats = NDArray[np.float64]

LEAST_ROWS = 10  # two of each population in every fold


@dataclass(frozen=True)
class Population:
    """How far training rows stand for the target population, and weights that bring them nearer.

    Attributes
    ----------
    auc
        How well a classifier tells training rows from target rows that it has not seen: 0.5 not
        at all, 1 always. None when only margins are known.
    p_value
        Of "nobody can tell them apart"; None when only margins are known.
    weights
        Shape `(n_training_rows,)`, mean 1: how much each training row counts for the target
        population.
    effective_rows
        How many equally weighted rows say as much as the weighted ones (Kish 1965).
    uncovered
        In words: parts of the target population that training (nearly) lacks, the largest first.
        No weight can stand for them.

    """

    auc: float | None
    p_value: float | None
    weights: Floats
    effective_rows: float
    uncovered: tuple[str, ...]


def population(
    training: object,
    target: object | None,
    margins: Mapping[str, Mapping[object, float]] | None = None,
    seed: int = 0,
) -> Population:
    """Compare the training rows with the target population: rows of it, or known shares of it.

    With target rows, a classifier learns to tell the two apart on four fifths of them and is
    judged on the fifth that it has not seen, five times; the odds that it gives to a training row
    are its weight (importance weighting), between 1/20 and 20 before they are scaled to mean 1.
    With margins the weights are raked until every margin is met; with both, one after the other.

    Parameters
    ----------
    training, target
        What `relevo.data.table.Table.of` reads: Polars and pandas frames, arrays
        `(n_rows, n_columns)`, mappings of columns, files. Columns that `target` lacks, dates,
        texts, names and running numbers are left out. `target` may be None with `margins`.
    margins
        For a column, each category's share of the target population. What the shares of a column
        leave of 1 goes to the categories that it does not name.
    seed
        Of the folds and of the classifier.

    Raises
    ------
    DataMistake
        When there are too few rows, no common column, or margins that cannot be met.

    References
    ----------
    Bickel, Brückner and Scheffer (2007), Discriminative learning for differing training and test
    distributions; Mann and Whitney (1947); Deming and Stephan (1940); Kish (1965).

    Examples
    --------
    >>> training = {"sex": ["f"] * 20 + ["m"] * 80}
    >>> found = population(training, None, margins={"sex": {"f": 0.5, "m": 0.5}})
    >>> float(found.weights[0]), float(found.weights[-1]), round(found.effective_rows)
    (2.5, 0.625, 64)

    """
    rows = Table.of(training).data
    _enough(rows, "training")
    if target is None and not margins:
        raise DataMistake("population.nothing_to_compare_with")
    shares = {str(name): dict(column) for name, column in (margins or {}).items()}
    domain, uncovered = (
        Domain(None, None, np.ones(rows.height)),
        list(lacking_margins(rows, shares)),
    )
    if target is not None:
        wanted = Table.of(target).data
        _enough(wanted, "target")
        names = _comparable(rows, wanted)
        domain = tell_apart(rows.select(names), wanted.select(names), seed)
        uncovered += lacking_rows(rows.select(names), wanted.select(names))
    weights = rake(rows, shares, domain.weights)
    ordered = tuple(gap.text for gap in sorted(uncovered, key=lambda gap: -gap.share))
    return Population(domain.auc, domain.p_value, weights, kish(weights), ordered)


def _enough(rows: pl.DataFrame, which: str) -> None:
    if rows.height < LEAST_ROWS:
        raise DataMistake(f"population.too_few_rows_{which}", rows=rows.height, least=LEAST_ROWS)


def _comparable(training: pl.DataFrame, target: pl.DataFrame) -> list[str]:
    """Columns of both that hold numbers or categories."""
    names = []
    for name in (name for name in training.columns if name in target.columns):
        before, after = training[name], target[name]
        empty = before.null_count() == before.len() or after.null_count() == after.len()
        kinds = {kind_of(before), kind_of(after)}
        if len(kinds) > 1 and not empty:
            raise DataMistake(
                "population.type_changed", column=name, training=before.dtype, target=after.dtype
            )
        if kinds == {"category"} and _names_rows(before, after):
            continue
        if None not in kinds and len(kinds) == 1 and not (is_running(before) and is_running(after)):
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
