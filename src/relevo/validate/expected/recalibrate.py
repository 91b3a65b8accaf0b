"""`recalibrate`: probabilities bent until they come true as often as they say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from relevo.learn.links import probabilities as chances
from relevo.score.classification import log_loss_rows
from relevo.score.spread import kish

Floats = NDArray[np.float64]
Bend = Callable[[Floats], Floats]
Kind = Literal["parametric", "isotonic"]

_FOLDS = 5
_CLIP = 1e-6
_RIDGE = 0.1  # towards the probabilities as they are, as a tenth of a row for each parameter
_TURNS = 50


@dataclass(frozen=True)
class Recalibration:
    """A map from probabilities to calibrated ones, and which kind the evidence chose."""

    kind: Kind
    bend: Bend

    def __call__(self, probabilities: Floats) -> Floats:
        """Shape `(n_rows, n_classes)`, in and out."""
        return self.bend(probabilities)


def recalibrate(
    probabilities: Floats, labels: Floats, weights: Floats | None = None, seed: int = 0
) -> Recalibration:
    """The calibration with the lower log loss on rows that it was not fitted to.

    Parametric: the logarithm of each class's probability with a slope of its own (beta calibration
    of two classes: Kull, Silva Filho and Flach 2017; with more, one slope and a shift for each
    class: Alexandari, Kundaje and Shrikumar 2020). Isotonic: each class's probability rises with
    its old one (Zadrozny and Elkan 2002). With `weights` of the population shift, calibration
    holds in the new population.

    Parameters
    ----------
    probabilities
        Shape `(n_rows, n_classes)`, of rows that the model was not trained on.
    labels
        Shape `(n_rows,)`: the position of each row's class.
    weights
        Shape `(n_rows,)`.
    seed
        Of the folds.

    """
    mass = np.ones(len(labels)) if weights is None else weights
    # Weighted rows say as much as their effective number, no more.
    mass = mass * kish(mass) / mass.sum()
    kinds: dict[Kind, Callable[[Floats, Floats, Floats], Bend]] = {
        "parametric": _parametric,
        "isotonic": _isotonic,
    }
    fold = np.random.default_rng(seed).permutation(len(labels)) % _FOLDS
    losses = dict.fromkeys(kinds, 0.0)
    for kind, fit in kinds.items():
        for held in (fold == number for number in range(_FOLDS)):
            if mass[held].sum() > 0 and mass[~held].sum() > 0:
                bend = fit(probabilities[~held], labels[~held], mass[~held])
                loss = log_loss_rows(labels[held], bend(probabilities[held]))
                losses[kind] += float(mass[held] @ loss)
    best = min(losses, key=lambda kind: losses[kind])
    return Recalibration(best, kinds[best](probabilities, labels, mass))


def _parametric(probabilities: Floats, labels: Floats, mass: Floats) -> Bend:
    """Newton's method on the weighted log loss of a few parameters, started at the identity."""
    count = probabilities.shape[1]
    hit = labels[:, None] == np.arange(count)
    start = np.ones(3) if count == 2 else np.ones(count)
    start[2 if count == 2 else 1 :] = 0.0
    parts, at = _features(probabilities), start.copy()
    for _ in range(_TURNS):
        chance = chances(parts @ at)
        mean = np.einsum("nk,nkp->np", chance, parts)
        slope = np.einsum("nk,nkp->np", hit - chance, parts)
        gradient = mass @ slope - _RIDGE * (at - start)
        around = parts - mean[:, None, :]
        curve = np.einsum("nk,nkp,nkq->pq", mass[:, None] * chance, around, around)
        step = np.linalg.solve(curve + _RIDGE * np.eye(len(at)), gradient)
        at = at + step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-300))
        if np.abs(step).max() < 1e-7:
            break
    return lambda fresh: chances(_features(fresh) @ at)


def _features(probabilities: Floats) -> Floats:
    """Shape `(n_rows, n_classes, n_parameters)`."""
    logs = np.log(np.clip(probabilities, _CLIP, 1.0))
    rows, count = logs.shape
    if count == 2:
        parts = np.zeros((rows, 2, 3))
        parts[:, 1, 0], parts[:, 0, 1], parts[:, 1, 2] = logs[:, 1], logs[:, 0], 1.0
        return parts
    parts = np.zeros((rows, count, count))
    parts[:, :, 0] = logs
    parts[:, 1:, 1:] = np.eye(count - 1)
    return parts


def _isotonic(probabilities: Floats, labels: Floats, mass: Floats) -> Bend:
    count = probabilities.shape[1]
    places = (1,) if count == 2 else range(count)
    steps = [_rising(probabilities[:, c], labels == c, mass) for c in places]

    def bend(fresh: Floats) -> Floats:
        each = [np.interp(fresh[:, c], *step) for c, step in zip(places, steps, strict=True)]
        if count == 2:
            return np.column_stack([1 - each[0], each[0]])
        raised = np.column_stack(each)
        shares: Floats = raised / raised.sum(axis=1, keepdims=True)
        return shares

    return bend


def _rising(score: Floats, hit: NDArray[np.bool_], mass: Floats) -> tuple[Floats, Floats]:
    from scipy.optimize import isotonic_regression

    kept = mass > 0
    values, place = np.unique(score[kept], return_inverse=True)
    total = np.bincount(place, mass[kept])
    share = np.bincount(place, mass[kept] * hit[kept]) / total
    fitted = isotonic_regression(share, weights=total).x
    # A class never seen in a stretch may come yet: half a row in the whole.
    least = 0.5 / (total.sum() + 1)
    return values, np.clip(fitted, least, 1 - least)
