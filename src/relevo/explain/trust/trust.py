"""`trust`: whether a model's explanations deserve to be believed, checked in several ways."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.explain.attributions import attributions
from relevo.explain.columns.judged_rows import JudgedRows
from relevo.explain.columns.mean_figure import mean_figure
from relevo.explain.trust.agreement import occlusion, rank_correlation
from relevo.explain.trust.check import Check, Verdict, checked, unknown
from relevo.explain.trust.explained_rows import ExplainedRows, Explainer
from relevo.explain.trust.faithfulness import Curves, follow, gaps
from relevo.explain.trust.randomisation import Randomised, randomised
from relevo.explain.trust.stability import how_many, stirred, top_overlap
from relevo.learn.rows import Rows
from relevo.model.model import Model

Floats = NDArray[np.float64]

MOST_ROWS, LEAST_ROWS = 200, 20
_MOST_POOL = 4_000
_PROBED = 10
_TOP = 3
_MOST_DRAWS, _MOST_DONORS = 5, 4
_ORDER: tuple[Verdict, ...] = ("fails", "doubtful", "holds", "unknown")


@dataclass(frozen=True)
class Trust:
    """The card of an explanation method on a model.

    Attributes
    ----------
    checks
        Each check with its figure and verdict.
    rows, columns
        How many rows were explained, by how many columns.
    curves
        Deletion and insertion curves; None with a single column.
    seconds
        How long it took.

    """

    checks: tuple[Check, ...]
    rows: int
    columns: int
    curves: Curves | None
    seconds: float

    def __getitem__(self, name: str) -> Check:
        for check in self.checks:
            if check.name == name:
                return check
        raise KeyError(name)

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of all checks that could be made."""
        made = {check.verdict for check in self.checks}
        return next(verdict for verdict in _ORDER if verdict in made)


def trust(
    model: Model,
    judged: pl.DataFrame,
    seconds: float = 10.0,
    seed: int = 0,
    explainer: Explainer = attributions,
    most_rows: int = MOST_ROWS,
) -> Trust:
    """Check the explanations of a model on rows that nobody trained on.

    They must add up to the score; the columns that they name must move it (deletion, insertion,
    prediction gaps), as another method finds too; they must stay when a row changes by next to
    nothing, or when the model is learnt again from rows like these; and they must be gone when
    the labels are shuffled before learning.

    Parameters
    ----------
    model
        The model that is explained.
    judged
        Rows; those whose target is known count.
    seconds
        About how long it may take; slow models are checked on fewer rows, at least 20.
    seed
        Of everything that is drawn.
    explainer
        What explains: a function of a model and a matrix that gives `Attributions`.
    most_rows
        How many rows are explained.

    Raises
    ------
    DataMistake
        When no target is known.

    """
    budget = Budget(seconds)
    known = JudgedRows.of(model, judged, _MOST_POOL, seed, by_metric=False)
    random = np.random.default_rng(seed)
    rows, draws, donors = _explained(known, explainer, budget, most_rows, random)
    checks = [_adds_up(rows)]
    curves = None
    if len(rows.parts.columns) > 1:
        other = occlusion(rows, donors, random)
        faithful, curves = _faithful(rows, other, donors, random)
        checks += faithful + _agreeing(rows, other)
    else:
        names = ("deletion", "insertion", "important", "unimportant", "ranks", "strongest")
        checks += map(unknown, names)
    checks += _stable(rows, draws, random)
    again = randomised(rows, Rows(known.matrix, known.target), budget, random)
    checks += _sane(rows, again)
    return Trust(tuple(checks), len(rows), len(rows.parts.columns), curves, budget.used)


def _explained(
    known: JudgedRows,
    explainer: Explainer,
    budget: Budget,
    most: int,
    random: np.random.Generator,
) -> tuple[ExplainedRows, int, int]:
    """As many rows, stirrings and donors as the time allows; a few rows tell what a row takes."""
    order = random.permutation(len(known))
    probed = known.matrix.take(order[:_PROBED])
    explainer(known.model, probed)  # the first call reads the trees
    start = budget.used
    explainer(known.model, probed)
    seconds_per_row = max(budget.used - start, 1e-9) / len(probed)
    affordable = int(0.1 * budget.seconds / seconds_per_row)
    chosen = order[: max(LEAST_ROWS, min(most, affordable))]
    draws = int(np.clip(0.3 * budget.seconds / (seconds_per_row * len(chosen)), 1, _MOST_DRAWS))
    start = budget.used
    known.model.predictor.scores(known.matrix.take(chosen))
    # Some 150 predictions of each row for every donor, at 20 columns.
    rounds = 0.3 * budget.seconds / max(150 * (budget.used - start), 1e-9)
    matrix = known.matrix.take(chosen)
    blocks = None if known.blocks is None else np.unique(
        known.blocks[chosen], return_inverse=True
    )[1].reshape(-1)  # fmt: skip
    parts = explainer(known.model, matrix)
    rows = ExplainedRows(known.model, explainer, matrix, parts, known.matrix.values, blocks)
    return rows, draws, int(np.clip(rounds, 1, _MOST_DONORS))


def _adds_up(rows: ExplainedRows) -> Check:
    total = rows.parts.base + rows.parts.values.sum(axis=1)
    error = float(np.abs(total - rows.scores).max()) / rows.unit
    return checked("adds_up", error, (error, error))


def _faithful(
    rows: ExplainedRows, other: Floats, donors: int, random: np.random.Generator
) -> tuple[list[Check], Curves]:
    curves = follow(rows, other, donors, random)
    moved = gaps(rows, other, random)
    found = [
        _of_best("deletion", rows, curves.deletion, curves.deletion_best),
        _of_best("insertion", rows, curves.insertion, curves.insertion_best),
        _of_best("important", rows, moved.important, moved.important_best),
        _of_best("unimportant", rows, moved.other, moved.other_best),
    ]
    return found, curves.curves


def _of_best(name: str, rows: ExplainedRows, own: Floats, best: Floats) -> Check:
    """The gain over chance as a share of the reference's, if that one gains anything."""
    whole, (low, _) = mean_figure(best, rows.blocks)
    if not 0 < low < np.inf:
        return unknown(name)
    share = float(own.mean()) / whole
    _, (below, above) = mean_figure((own - share * best) / whole, rows.blocks)
    return checked(name, share, (share + below, share + above))


def _agreeing(rows: ExplainedRows, other: Floats) -> list[Check]:
    ranks = mean_figure(rank_correlation(rows.parts.values, other), rows.blocks)
    top = min(_TOP, how_many(len(rows.parts.columns)))
    overlap = top_overlap(rows.parts.values, other, top)
    return [checked("ranks", *ranks), _beyond_chance("strongest", rows, overlap, top)]


def _beyond_chance(name: str, rows: ExplainedRows, overlap: Floats, top: int) -> Check:
    """The overlap, 0 where it is as by chance, 1 where it is whole (Cohen 1960)."""
    chance = top / len(rows.parts.columns)
    if chance >= 1:
        return unknown(name)
    return checked(name, *mean_figure((overlap - chance) / (1 - chance), rows.blocks))


def _stable(rows: ExplainedRows, draws: int, random: np.random.Generator) -> list[Check]:
    found = stirred(rows, draws, random)
    if found is None:
        return [unknown("stirred"), unknown("kept")]
    change, overlap = found
    drawn = np.median(change[random.integers(len(change), size=(200, len(change)))], axis=1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    stir = checked("stirred", float(np.median(change)), (float(low), float(high)))
    return [stir, checked("kept", *mean_figure(overlap, rows.blocks))]


def _sane(rows: ExplainedRows, again: Randomised | None) -> list[Check]:
    if again is None:
        return [*map(unknown, ("refit", "refit_strongest", "shuffled", "skill"))]
    refit = checked("refit", *mean_figure(again.reasons, rows.blocks))
    top = how_many(len(rows.parts.columns))
    strongest = _beyond_chance("refit_strongest", rows, again.overlap, top)
    like = mean_figure(again.shuffled)
    # Where a refitted model's explanations are not like the model's, nothing can be told.
    telling = float(again.refitted.mean()) > max(0.3, like[0])
    ignored = float(again.shuffled.min()) > 0.9
    shuffled = _at_most("shuffled", *like) if telling or ignored else unknown("shuffled")
    return [refit, strongest, shuffled, _at_most("skill", *mean_figure(again.skill))]


def _at_most(name: str, value: float, interval: tuple[float, float]) -> Check:
    """A figure that should be within noise of zero or below: judged by its lower end."""
    low = interval[0]
    judged = checked(name, value, (low, low))
    return Check(name, value, interval, judged.verdict if np.isfinite(low) else "unknown")
