"""`balanced`: weights bent until weighted training rows have the target's means."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from relevo.score.spread import kish
from relevo.validate.target.features import Features

Floats = NDArray[np.float64]

TURNS = 30
CLOSE = 1e-8
MOST_ROWS = 20_000  # that tell how features hang together
HALVINGS = 20


def balanced(features: Features, start: Floats) -> Floats:
    """The weights nearest to `start` (in relative entropy) that bring the means together.

    Survey calibration by exponential tilting, made soft. What chance leaves between two samples of
    these sizes is known; what the squared differences exceed it by is the variance of true
    differences; the ratio of the two is the ridge (empirical Bayes). Where the excess is within two
    standard errors of chance the weights stay as they are.

    Parameters
    ----------
    features
        Of training and target rows.
    start
        Shape `(n_training_rows,)`: the weights to begin with.

    Returns
    -------
    numpy.ndarray
        Shape `(n_training_rows,)`, mean 1.

    References
    ----------
    Deville and Särndal (1992), Calibration estimators in survey sampling; Hainmueller (2012),
    Entropy balancing for causal effects, Political Analysis 20; Efron and Morris (1973), Stein's
    estimation rule and its competitors.

    """
    start = start / start.mean()
    if features.training.shape[1] == 0:
        return start
    wanted = features.target.mean(axis=0)
    away = wanted - start @ features.training / len(start)
    noise = 1 / kish(start) + 1 / len(features.target)
    doubt = 2 * np.sqrt(2 / _independent(features.training))
    signal = float(np.mean(away**2)) - noise
    if signal <= noise * doubt:
        return start
    tilt = _solve(features.training - wanted, np.log(np.maximum(start, 1e-300)), noise / signal)
    bent = np.exp(tilt - tilt.max())
    return np.asarray(bent / bent.mean())


def _independent(rows: Floats) -> float:
    """How many independent features would have a mean square that varies as much."""
    covariance = np.cov(rows[:MOST_ROWS], rowvar=False).reshape(rows.shape[1], -1)
    return float(np.trace(covariance) ** 2 / np.sum(covariance**2))


def _solve(away: Floats, logs: Floats, ridge: float) -> Floats:
    """Newton's method on the dual; the logarithm of each weight, up to a constant."""
    at = np.zeros(away.shape[1])
    tilt, value = logs, _value(logs, at, ridge)
    for _ in range(TURNS):
        share = np.exp(tilt - tilt.max())
        share /= share.sum()
        slope = share @ away + ridge * at
        centred = away - share @ away
        curve = (centred * share[:, None]).T @ centred
        step = np.linalg.solve(curve + (ridge + 1e-10) * np.eye(len(at)), slope)
        for halving in range(HALVINGS):
            tried = at - step / 2**halving
            moved = logs + away @ tried
            if (new := _value(moved, tried, ridge)) <= value:
                break
        else:
            return tilt
        gained, at, tilt, value = value - new, tried, moved, new
        if gained < CLOSE:
            break
    return tilt


def _value(tilt: Floats, at: Floats, ridge: float) -> float:
    top = tilt.max()
    return float(top + np.log(np.exp(tilt - top).sum()) + ridge / 2 * at @ at)
