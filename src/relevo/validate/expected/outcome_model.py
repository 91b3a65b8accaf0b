"""`OutcomeModel`: what a row's columns say of its outcome beyond what the prediction says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.learn.learner import Target
from relevo.learn.links import score_loss
from relevo.validate.target.domain import FOLDS, ROUNDS, SETTINGS, THREADED_CELLS
from relevo.validate.target.encode import Encoding

Floats = NDArray[np.float64]
Objective = Literal["binary", "multiclass", "regression"]


@dataclass(frozen=True)
class OutcomeModel:
    """Five boosters, each blind to a fifth of the rows, on top of a first guess.

    Attributes
    ----------
    held
        Shape `(n_rows, n_outputs)`: what is said of each row by the booster that has not seen it.

    """

    encoding: Encoding
    boosters: tuple[Any, ...]
    held: Floats

    @classmethod
    def fit(
        cls,
        rows: pl.DataFrame,
        outcome: Floats,
        guess: Floats,
        objective: Objective,
        seed: int = 0,
    ) -> OutcomeModel:
        """Boost the guess.

        Parameters
        ----------
        rows
            The columns that may say more.
        outcome
            Shape `(n_rows,)`: the position of the class, or a number.
        guess
            Shape `(n_rows, n_outputs)`: a log-odds for `"binary"`, log-probabilities for
            `"multiclass"`, a number for `"regression"`.

        """
        encoding = Encoding.of(rows)
        matrix = encoding(rows)
        rng = np.random.default_rng(seed)
        fold = rng.permutation(len(outcome)) % FOLDS
        held, boosters = guess.copy(), []
        settings = {
            **SETTINGS,
            "objective": objective,
            "seed": seed,
            "min_data_in_leaf": max(5, min(50, len(outcome) // 40)),
            "num_threads": 1 if matrix.size < THREADED_CELLS else 0,
            **({"num_class": guess.shape[1]} if objective == "multiclass" else {}),
        }
        for number in range(FOLDS):
            usable = np.flatnonzero(fold != number)
            judged = rng.random(len(usable)) < 1 / FOLDS
            parts = usable[~judged], usable[judged]
            # Of a dozen rows it happens that none is left to judge.
            booster = None
            if all(map(len, parts)):
                booster = _boosted(settings, matrix, outcome, guess, encoding.categorical, parts)
            unseen = fold == number
            if booster is not None:
                held[unseen] += _raw(booster, matrix[unseen])
            boosters.append(booster)
        return cls(encoding, tuple(boosters), held)

    def __call__(self, rows: pl.DataFrame, guess: Floats) -> Floats:
        """What is said of other rows: the guess and the mean of all boosters."""
        matrix = self.encoding(rows)
        said = guess.copy()
        for booster in self.boosters:
            if booster is not None:
                said += _raw(booster, matrix) / len(self.boosters)
        return said


def _boosted(
    settings: dict[str, Any],
    matrix: Floats,
    outcome: Floats,
    guess: Floats,
    categorical: list[int],
    parts: tuple[NDArray[np.intp], NDArray[np.intp]],
) -> Any:
    import lightgbm

    fitted, judged = (
        lightgbm.Dataset(
            matrix[part],
            outcome[part],
            init_score=guess[part].reshape(-1, order="F"),
            categorical_feature=categorical,
        )
        for part in parts
    )
    judged.set_reference(fitted)
    stop = lightgbm.early_stopping(10, verbose=False)
    # A first tree that harms is left out: rounds are counted from nothing.
    booster = lightgbm.train(settings, fitted, ROUNDS, [judged], callbacks=[stop])
    classes = () if settings["objective"] == "regression" else tuple(range(max(2, guess.shape[1])))
    before, after = (
        score_loss(guess[parts[1]] + added, Target(outcome[parts[1]], classes))
        for added in (0.0, _raw(booster, matrix[parts[1]]))
    )
    return booster if after < before else None


def _raw(booster: Any, matrix: Floats) -> Floats:
    raw: Floats = np.asarray(booster.predict(matrix, raw_score=True), dtype=np.float64)
    return raw.reshape(len(matrix), -1)
