"""`label_weights`: how much each labelled row counts when only some rows get an outcome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from relevo.picture.number import number
from relevo.score.rows import Floats, check_lengths
from relevo.score.spread import kish
from relevo.validate.target.domain import tell_apart
from relevo.validate.target.encode import beside, comparable
from relevo.validate.target.uncovered import Gap, lacking_rows
from relevo.watch.signals import Signal, chance
from relevo.words import say

FEWEST = 50  # labelled, and not labelled: with fewer the two cannot be told apart
_NAMED = 3  # parts without labels that a sentence names


@dataclass(frozen=True)
class LabelWeights:
    """Who gets an outcome, and weights that let the labelled rows speak for all.

    Attributes
    ----------
    weights
        Shape `(n_labelled,)`, mean 1: one over each row's chance of being labelled, over the mean.
    rows, labelled
        All rows, and those with an outcome.
    effective_rows
        How many equally weighted rows say as much (Kish 1965).
    trimmed
        The share of the labelled rows whose weight was cut.
    p_value
        Of "labelled rows are like the others"; None where there are too few to tell.
    uncovered
        In words: parts of all rows of which (nearly) none has an outcome. No weight can mend that.

    """

    weights: Floats
    rows: int
    labelled: int
    effective_rows: float
    trimmed: float
    p_value: float | None
    uncovered: tuple[str, ...]

    @property
    def selected(self) -> bool:
        """Whether the labelled rows differ from the others, so that the weights are needed."""
        return self.p_value is not None and self.p_value <= 0.05

    def signal(self) -> Signal:
        """As a signal: an alarm where parts of the rows never get an outcome."""
        state = "uncovered" if self.uncovered else "selected" if self.selected else "calm"
        p_value = 1.0 if self.p_value is None else self.p_value
        text = say(
            f"labels.{state}",
            rows=number(self.rows),
            labelled=number(self.labelled),
            effective=number(self.effective_rows, 3),
            p=chance(p_value),
            parts="; ".join(self.uncovered[:_NAMED]),
        )
        size = self.labelled / self.rows if self.rows else 0.0
        return Signal("labels", "", size, p_value, bool(self.uncovered), text)


def label_weights(
    rows: pl.DataFrame, prediction: ArrayLike, labelled: ArrayLike, seed: int = 0
) -> LabelWeights:
    """Learn who gets an outcome from the columns and the prediction, and undo it.

    A cross-fitted classifier tells labelled from unlabelled rows; its odds turn into weights by
    the inverse of the chance of being labelled (Horvitz and Thompson 1952), scaled to mean 1
    (Hájek 1971) and trimmed. Give them as `weight` to `relevo.watch.realised_quality`. They mend
    what columns and prediction explain; not outcomes that are missing because of what they are.

    Parameters
    ----------
    rows
        The predictors' columns of all rows.
    prediction
        Shape `(n_rows,)` or `(n_rows, n_classes)`.
    labelled
        Shape `(n_rows,)`: whether the outcome is known.
    seed
        Of the classifier's folds.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> score = rng.random(4000)
    >>> seen = rng.random(4000) < np.where(score > 0.5, 0.8, 0.2)
    >>> found = label_weights(pl.DataFrame({"x": rng.normal(size=4000)}), score, seen)
    >>> low, high = (found.weights[(score[seen] > 0.5) == side].mean() for side in (False, True))
    >>> found.selected, 3 < low / high < 5
    (True, True)

    """
    known = np.asarray(labelled, dtype=bool)
    said = np.asarray(prediction, dtype=np.float64)
    check_lengths(rows.height, prediction=said, labelled=known)
    count = int(known.sum())
    everything = beside(rows.select(comparable(rows)), said)
    if min(count, len(known) - count) < FEWEST:
        return LabelWeights(np.ones(count), len(known), count, float(count), 0.0, None, ())
    ours, others = everything.filter(known), everything.filter(~known)
    domain = tell_apart(ours, others, seed)
    share = count / len(known)
    # the others' density over ours turns into that of all rows over ours
    weights = share + (1 - share) * domain.weights
    uncovered = tuple(gap.text for gap in sorted(lacking_rows(ours, everything), key=_widest))
    weights = weights / weights.mean()
    return LabelWeights(
        weights, len(known), count, kish(weights), domain.trimmed, domain.p_value, uncovered
    )


def _widest(gap: Gap) -> float:
    return -gap.share
