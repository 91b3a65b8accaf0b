"""From raw scores to probabilities, predictions and losses."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from typing import Any

import numpy as np

from relevo.learn.learner import Floats, Prediction, Target


def probabilities(scores: Floats) -> Floats:
    """Probabilities of raw scores; the last axis holds one score, or one for each class.

    Examples
    --------
    >>> probabilities(np.array([0.0]))
    array([0.5, 0.5])

    """
    if scores.shape == (1,):  # one row: numpy would take five times as long
        score = float(scores[0])
        rest = exp(-abs(score))
        likely, unlikely = 1.0 / (1.0 + rest), rest / (1.0 + rest)
        return np.array((unlikely, likely) if score >= 0.0 else (likely, unlikely))
    if scores.shape[-1] == 1:
        small = np.exp(-np.abs(scores))
        towards, away = 1.0 / (1.0 + small), small / (1.0 + small)
        is_positive = scores >= 0.0
        negative = np.where(is_positive, away, towards)
        return np.concatenate((negative, np.where(is_positive, towards, away)), axis=-1)
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    normalised: Floats = shares / shares.sum(axis=-1, keepdims=True)
    return normalised


def prediction(scores: Floats, classes: tuple[Any, ...]) -> Prediction:
    """What raw scores `(n_rows, n_outputs)` say of each row."""
    if not classes:
        return Prediction(scores[:, 0])
    probable = probabilities(scores)
    return Prediction(probable.argmax(axis=1).astype(np.float64), probable)


def mixed(scores: Sequence[Floats] | Floats, weights: Floats) -> Floats:
    """The sum of several models' raw scores, the weights of each one `(n_outputs,)`."""
    return np.asarray(sum(own * one for own, one in zip(weights, scores, strict=True)))


def row_losses(scores: Floats, target: Target) -> Floats:
    """Log loss or squared error of each row, shape `(n_rows,)`, from raw scores.

    Of a target with a `whole`, the losses are the whole's.

    Examples
    --------
    >>> row_losses(np.array([[0.0]]), Target(np.array([1.0]), ("no", "yes"))).round(3)
    array([0.693])

    """
    if not target.classes:
        return np.asarray((scores[:, 0] - target.values) ** 2)
    scores = target.in_all(scores)
    if scores.shape[1] == 1:
        towards = np.where(target.values > 0, -scores[:, 0], scores[:, 0])
        return np.logaddexp(0.0, towards)
    own = scores[np.arange(len(scores)), target.values.astype(np.intp)]
    return np.asarray(_log_totals(scores)[:, 0] - own)


def score_loss(scores: Floats, target: Target) -> float:
    """The weighted mean of `row_losses`."""
    return float(np.average(row_losses(scores, target), weights=target.weight))


def row_shares(target: Target) -> Floats:
    """What each row counts in a weighted mean, shape `(n_rows, 1)`."""
    share = np.ones(len(target)) if target.weight is None else target.weight
    return np.asarray((share / share.sum())[:, np.newaxis])


def indicators(target: Target, n_outputs: int) -> Floats:
    """What raw scores should say, `(n_rows, n_outputs)`: the number, or 1 for the own class."""
    if n_outputs == 1:
        return target.values.reshape(-1, 1)
    return np.asarray(target.values[:, np.newaxis] == np.arange(n_outputs), dtype=np.float64)


def losses_and_slopes(scores: Floats, wanted: Floats, classes: bool) -> tuple[Floats, Floats]:
    """Half the squared error or the log loss of each row, and how it changes with its scores.

    Parameters
    ----------
    scores
        Shape `(n_rows, n_outputs)`.
    wanted
        The `indicators` of the same rows.
    classes
        Whether it is a classification.

    Returns
    -------
    ndarray, ndarray
        Shapes `(n_rows, 1)` and `(n_rows, n_outputs)`.

    """
    from scipy.special import expit  # who only predicts need not have it in memory

    if not classes:
        residuals = scores - wanted
        return residuals**2 / 2, residuals
    if scores.shape[1] == 1:
        return np.logaddexp(0.0, scores) - scores * wanted, expit(scores) - wanted
    total = _log_totals(scores)
    own = (scores * wanted).sum(axis=1, keepdims=True)
    return total - own, np.exp(scores - total) - wanted


def _log_totals(scores: Floats) -> Floats:
    """The logarithm of the summed exponentials of each row; SciPy's takes three times as long."""
    top = scores.max(axis=1, keepdims=True)
    return np.asarray(top + np.log(np.exp(scores - top).sum(axis=1, keepdims=True)))
