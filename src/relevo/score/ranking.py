"""Figures that only look at the order of the rows: ROC AUC and average precision.

With more than two classes, each is the mean over classes of that class against the rest; classes
for which it is undefined (no row of the class, or no other row) are left out of the mean.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from relevo.score.rows import Codes, Floats, weights_of


@dataclass(frozen=True)
class _Ranking:
    """Distinct scores from the highest down, and the weight of the rows at or above each."""

    positive: Floats
    negative: Floats
    order: Codes
    ends: Codes

    @property
    def place(self) -> Codes:
        """The position of each row's score among the distinct scores."""
        ordered = np.repeat(np.arange(len(self.ends)), np.diff(self.ends, prepend=-1))
        place = np.empty(len(self.order), np.intp)
        place[self.order] = ordered
        return place


def roc_auc(target: Floats, probabilities: Floats, weight: Floats | None = None) -> float:
    """Probability that a positive row is ranked above a negative one; ties count one half."""
    return float(_over_classes(_auc, target, probabilities, weights_of(target, weight)))


def roc_auc_influence(target: Floats, probabilities: Floats, weight: Floats) -> Floats:
    """What each row adds to the ROC AUC: its placement (DeLong 1988) less the mean of its class.

    One sort, as in Sun and Xu (2014), IEEE Signal Processing Letters 21.
    """
    return np.asarray(_over_classes(_auc_influence, target, probabilities, weight))


def average_precision(target: Floats, probabilities: Floats, weight: Floats | None = None) -> float:
    """The mean, over positive rows, of the share of positives among rows ranked as high."""
    return float(_over_classes(_precision, target, probabilities, weights_of(target, weight)))


def average_precision_influence(target: Floats, probabilities: Floats, weight: Floats) -> Floats:
    """What each row adds to the average precision (its derivative, worked out)."""
    return np.asarray(_over_classes(_precision_influence, target, probabilities, weight))


def _over_classes(
    one: Callable[[Floats, Floats, Floats], float | Floats],
    target: Floats,
    probabilities: Floats,
    weight: Floats,
) -> float | Floats:
    classes = (1,) if probabilities.shape[1] == 2 else range(probabilities.shape[1])
    each = [one((target == c).astype(np.float64), probabilities[:, c], weight) for c in classes]
    defined = [value for value in each if not np.isnan(value).all()]
    if not defined:
        return each[0]
    mean: float | Floats = sum(defined[1:], start=defined[0]) / len(defined)
    return mean


def _ranked(positive: Floats, score: Floats, weight: Floats) -> _Ranking:
    order = np.argsort(-score)
    ordered = score[order]
    ends = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    mass, hits = weight[order], (weight * positive)[order]
    return _Ranking(np.cumsum(hits)[ends], np.cumsum(mass - hits)[ends], order, ends)


def _auc(positive: Floats, score: Floats, weight: Floats) -> float:
    ranking = _ranked(positive, score, weight)
    pairs = ranking.positive[-1] * ranking.negative[-1]
    if pairs == 0:
        return np.nan
    middle = ranking.positive - np.diff(ranking.positive, prepend=0) / 2
    # Rounding must not make it better than perfect.
    return min(float(np.sum(np.diff(ranking.negative, prepend=0) * middle) / pairs), 1.0)


def _auc_influence(positive: Floats, score: Floats, weight: Floats) -> Floats:
    ranking = _ranked(positive, score, weight)
    hits, misses = ranking.positive[-1], ranking.negative[-1]
    if hits * misses == 0:
        return np.full(len(score), np.nan)
    above = (ranking.positive - np.diff(ranking.positive, prepend=0) / 2) / hits
    below = 1 - (ranking.negative - np.diff(ranking.negative, prepend=0) / 2) / misses
    area = np.sum(np.diff(ranking.negative, prepend=0) * above) / misses
    place = ranking.place
    of_hit, of_miss = (below - area) / hits, (above - area) / misses
    added: Floats = weight * np.where(positive > 0, of_hit[place], of_miss[place])
    return added


def _precision(positive: Floats, score: Floats, weight: Floats) -> float:
    ranking = _ranked(positive, score, weight)
    if ranking.positive[-1] == 0:
        return np.nan
    gained = np.diff(ranking.positive, prepend=0)
    return min(float(np.sum(gained * _share(ranking)) / ranking.positive[-1]), 1.0)


def _precision_influence(positive: Floats, score: Floats, weight: Floats) -> Floats:
    ranking = _ranked(positive, score, weight)
    hits = ranking.positive[-1]
    if hits == 0:
        return np.full(len(score), np.nan)
    share, gained = _share(ranking), np.diff(ranking.positive, prepend=0)
    mean = np.sum(gained * share) / hits
    size = ranking.positive + ranking.negative
    per_size = np.divide(gained, size, out=np.zeros(len(size)), where=size > 0)
    # A row changes the precision at its own score and at every lower one.
    lower = np.cumsum(per_size[::-1])[::-1]
    lower_share = np.cumsum((per_size * share)[::-1])[::-1]
    place = ranking.place
    of_hit, of_any = share - mean + lower, lower_share
    added: Floats = weight * (positive * of_hit[place] - of_any[place]) / hits
    return added


def _share(ranking: _Ranking) -> Floats:
    size = ranking.positive + ranking.negative
    return np.divide(ranking.positive, size, out=np.zeros(len(size)), where=size > 0)
