"""Do explanations change when the labels are shuffled, and a new model has learnt nothing?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.explain.trust.explained_rows import ExplainedRows
from relevo.explain.trust.stability import how_many, top_overlap
from relevo.learn.learner import Predictor, Target
from relevo.learn.links import row_losses
from relevo.learn.registry import SEARCHED, learner
from relevo.learn.rows import Rows

Floats = NDArray[np.float64]

SHUFFLES, REFITS = 8, 3
FEWEST_ROWS = 40
_MOST_ROWS = 2_000
_SECONDS_OF_A_FIT = 1.0
_SETTINGS: dict[str, dict[str, object]] = {"boosting": {"most_trees": 60, "leaves": 15}}


@dataclass(frozen=True)
class Randomised:
    """What models of the same kind say, learnt on the same rows with and without their labels.

    Attributes
    ----------
    shuffled
        How like the explanations of each model on shuffled labels are to those of the model, from
        -1 to 1, `(n_shuffles,)`.
    refitted
        The same of models on the true labels of rows drawn with replacement, `(n_refits,)`.
    reasons
        How like each row's attributions are to those of the refitted models, `(n_rows,)`.
    skill
        By what share a model on shuffled labels loses less than one that ignores the row, over
        what a refitted one gains, `(n_shuffles,)`; about zero or less.
    overlap
        The share of each row's strongest columns that a refitted model has too, `(n_rows,)`.

    """

    shuffled: Floats
    refitted: Floats
    reasons: Floats
    skill: Floats
    overlap: Floats


def randomised(
    rows: ExplainedRows, known: Rows, budget: Budget, random: np.random.Generator
) -> Randomised | None:
    """Train on shuffled labels and compare explanations; None when time or rows are too few.

    The model randomisation test by labels of Adebayo et al. (2018), Sanity checks for saliency
    maps, NeurIPS; models on the true labels show that the comparison can tell.

    Parameters
    ----------
    rows
        The rows that are explained.
    known
        Rows whose target is known; half of them are learnt from.
    budget
        For all fits.
    random
        Draws halves, shuffles and rows.

    """
    if len(known) < FEWEST_ROWS:
        return None
    order = random.permutation(len(known))[:_MOST_ROWS]
    learnt, held = known.take(order[::2]), known.take(order[1::2])
    top = how_many(len(rows.parts.columns))
    refitted, reasons, overlaps, gains = [], [], [], []
    for seed in range(REFITS):
        again = learnt.take(random.integers(len(learnt), size=len(learnt)))
        if len(np.unique(again.target.values)) < 2:
            continue
        predictor = _fitted(rows, again, budget, seed)
        parts = rows.explainer(replace(rows.model, predictor=predictor), rows.matrix).values
        refitted.append(alike(rows.parts.values, parts))
        reasons.append(alike_by_row(rows.parts.values, parts))
        overlaps.append(top_overlap(rows.parts.values, parts, top))
        gains.append(_gain(predictor, held, random))
    if not refitted:
        return None
    likeness: list[float] = []
    skills: list[float] = []
    best = max(float(np.mean(gains)), 1e-9)
    for seed in range(SHUFFLES):
        if budget.spent and len(likeness) >= 2:
            break
        mixed = random.permutation(learnt.target.values)
        predictor = _fitted(rows, _with_target(learnt, mixed), budget, seed)
        parts = rows.explainer(replace(rows.model, predictor=predictor), rows.matrix).values
        likeness.append(alike(rows.parts.values, parts))
        skills.append(_gain(predictor, held, random) / best)
    return Randomised(
        np.array(likeness),
        np.array(refitted),
        np.mean(reasons, axis=0),
        np.array(skills),
        np.mean(overlaps, axis=0),
    )


def alike(one: Floats, other: Floats) -> float:
    """The cosine of two sets of attributions, each column's mean taken away; 0 without spread.

    Examples
    --------
    >>> parts = np.array([[1.0, 0], [-1.0, 0]])
    >>> alike(parts, 3 * parts), alike(parts, -parts), alike(parts, 0 * parts)
    (1.0, -1.0, 0.0)

    """
    a, b = (values - values.mean(axis=0) for values in (one, other))
    length = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum()) / length if length > 0 else 0.0


def alike_by_row(one: Floats, other: Floats) -> Floats:
    """The cosine of the two attributions of each row, `(n_rows,)`; 0 without any."""
    length = np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1))
    return np.asarray((one * other).sum(axis=1) / np.where(length > 0, length, 1.0))


def _fitted(rows: ExplainedRows, learnt: Rows, budget: Budget, seed: int) -> Predictor:
    kind = str(getattr(rows.model.predictor, "learners", rows.model.predictor.kind)).split("+")[0]
    kind = kind if kind in SEARCHED else "boosting"
    one = learner(kind, seed=seed, threads=1, **_SETTINGS.get(kind, {}))
    seconds = min(_SECONDS_OF_A_FIT, budget.remaining / 2 + 0.05)
    fitted: Predictor = one.fit(learnt.matrix, learnt.target, Budget(seconds))
    return fitted


def _gain(predictor: Predictor, held: Rows, random: np.random.Generator) -> float:
    """How much more rows lose when another row's score is taken for theirs."""
    scores = predictor.scores(held.matrix)
    mixed = scores[random.permutation(len(scores))]
    return float(np.mean(row_losses(mixed, held.target) - row_losses(scores, held.target)))


def _with_target(rows: Rows, values: Floats) -> Rows:
    return Rows(rows.matrix, Target(values, rows.target.classes, rows.target.weight))
