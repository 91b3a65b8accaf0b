"""Figures of a classification, and what each row adds to them.

`target` `(n_rows,)` is the position of the row's class, `probabilities` `(n_rows, n_classes)`.
A figure's influence `(n_rows,)` is its derivative with respect to each row's weight, times that
weight: it sums to zero, and its spread is the figure's standard error.
"""

from __future__ import annotations

import numpy as np

from relevo.score.rows import Floats, sums, weights_of

# The clip of scikit-learn, so that both say the same of a certain and wrong prediction.
_CLIP = float(np.finfo(np.float64).eps)


def log_loss_rows(target: Floats, probabilities: Floats) -> Floats:
    """Minus the logarithm of the probability that each row's own class was given."""
    given = probabilities[np.arange(len(target)), target.astype(np.intp)]
    loss: Floats = -np.log(np.clip(given, _CLIP, 1 - _CLIP))
    return loss


def brier_rows(target: Floats, probabilities: Floats) -> Floats:
    """Squared error of the probabilities: of the positive class if binary, else over all."""
    if probabilities.shape[1] == 2:
        squared: Floats = (probabilities[:, 1] - target) ** 2
        return squared
    given = probabilities[np.arange(len(target)), target.astype(np.intp)]
    several: Floats = np.sum(probabilities**2, axis=1) - given**2 + (1 - given) ** 2
    return several


def accuracy_rows(target: Floats, probabilities: Floats) -> Floats:
    """One where the most probable class is the row's own."""
    hit: Floats = (probabilities.argmax(axis=1) == target).astype(np.float64)
    return hit


def f1(target: Floats, probabilities: Floats, weight: Floats | None = None) -> float:
    """F1 of the positive class if binary, else the mean over classes seen or predicted.

    NaN when no row is, or is predicted to be, of the class.
    """
    scores, _, share = _f1_by_class(target, probabilities, weights_of(target, weight))
    return min(float(np.sum(share * scores)), 1.0) if share.any() else np.nan


def f1_influence(target: Floats, probabilities: Floats, weight: Floats) -> Floats:
    """What each row adds to F1."""
    scores, size, share = _f1_by_class(target, probabilities, weight)
    true, guess = target.astype(np.intp), probabilities.argmax(axis=1)
    per_class = share / np.maximum(size, np.finfo(np.float64).tiny)
    gained = per_class[true] * (2 * (true == guess) - scores[true])
    added: Floats = weight * (gained - per_class[guess] * scores[guess])
    return added


def balanced_accuracy(target: Floats, probabilities: Floats, weight: Floats | None = None) -> float:
    """The mean, over the classes seen, of the share of their rows that is recognised."""
    recall, size = _recall_by_class(target, probabilities, weights_of(target, weight))
    return float(recall[size > 0].mean())


def balanced_accuracy_influence(target: Floats, probabilities: Floats, weight: Floats) -> Floats:
    """What each row adds to the balanced accuracy."""
    recall, size = _recall_by_class(target, probabilities, weight)
    true = target.astype(np.intp)
    hit = accuracy_rows(target, probabilities)
    added: Floats = weight * (hit - recall[true]) / size[true] / np.count_nonzero(size)
    return added


def _f1_by_class(
    target: Floats, probabilities: Floats, weight: Floats
) -> tuple[Floats, Floats, Floats]:
    """F1 of each class, the weight of its true and predicted rows, its share in the mean."""
    classes = probabilities.shape[1]
    true, guess = target.astype(np.intp), probabilities.argmax(axis=1)
    size = sums(true, weight, classes) + sums(guess, weight, classes)
    both = 2 * sums(true, weight * (true == guess), classes)
    scores = np.divide(both, size, out=np.zeros(classes), where=size > 0)
    counted = (size > 0).astype(np.float64)
    if classes == 2:
        counted[0] = 0.0
    return scores, size, counted / max(counted.sum(), 1.0)


def _recall_by_class(
    target: Floats, probabilities: Floats, weight: Floats
) -> tuple[Floats, Floats]:
    classes = probabilities.shape[1]
    true = target.astype(np.intp)
    size = sums(true, weight, classes)
    hits = sums(true, weight * accuracy_rows(target, probabilities), classes)
    return np.divide(hits, size, out=np.zeros(classes), where=size > 0), size
