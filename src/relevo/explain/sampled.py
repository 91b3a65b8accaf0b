"""`sampled_attributions`: what each column adds to any score, sampled, with its error."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from relevo.errors import OptionMistake
from relevo.learn.paths import Shares, Ways, one_round, shares_of

Floats = NDArray[np.float64]
_ROUNDS, _FEWEST_ROUNDS = 12, 3
_MOST_WAYS = 128


@dataclass(frozen=True)
class SampledAttributions:
    """What each column adds to the score of each row, estimated.

    Attributes
    ----------
    values
        Shape `(n_rows, n_columns)`, in the unit of the score. `base` plus a row's values is its
        score, exactly.
    base
        Shape `(n_rows,)`: the mean score of the background; of as much of it as was used.
    errors
        The standard error of each value, `(n_rows, n_columns)`: 1.96 of them to either side hold
        the true value 95 times in 100.

    """

    values: Floats
    base: Floats
    errors: Floats


def sampled_attributions(
    predict: Callable[[NDArray[Any]], ArrayLike],
    rows: NDArray[Any],
    background: NDArray[Any],
    *,
    seconds: float = 0.1,
    seed: int = 0,
    clock: Callable[[], float] = time.perf_counter,
) -> SampledAttributions:
    """Shapley values of any score, against a background, with standard errors.

    A value is the mean, over all orders of the columns and all rows of the background, of what the
    score moves by when the column takes the row's own value (Štrumbelj and Kononenko, 2014). Each
    round of the sample starts from every row of the background (from 128 of a larger one), in
    orders that are turned against each other so that each column comes equally often at each step,
    and goes every order in reverse too (Mitchell et al., 2022, "Sampling permutations for Shapley
    value estimation"). Rounds are independent; their spread is the error.

    Parameters
    ----------
    predict
        Gives the scores `(n,)` of rows `(n, n_columns)`; it is asked for some thousands at once.
    rows
        The rows to explain, `(n_rows, n_columns)`.
    background
        What "nothing known" means, `(n_background, n_columns)`.
    seconds
        Most time for one row: after 12 rounds, or after the round in which it is over, but never
        before the third. Ended early, a result depends on the machine, and its errors say so.
    seed
        Of the orders.
    clock
        Seconds.

    Raises
    ------
    OptionMistake
        When the shapes do not fit, or the scores are not one finite number for each row.

    Examples
    --------
    >>> rows, background = np.array([[1.0, 2.0]]), np.zeros((4, 2))
    >>> sampled_attributions(lambda x: x[:, 0] * x[:, 1], rows, background).values
    array([[1., 1.]])

    """
    rows, background = np.asarray(rows), np.asarray(background)
    _check(rows, background, seconds)
    n_rows, n_columns = rows.shape
    ways = Ways.drawn(len(background), n_columns, _ROUNDS, min(_MOST_WAYS, len(background)), seed)
    scores = _checked(predict)
    found = [_of_row(scores, row[np.newaxis], background, ways, seconds, clock) for row in rows]
    parts = np.array([one.parts[0, 0] for one in found]).reshape(n_rows, n_columns + 1)
    errors = np.array([one.errors[0, 0] for one in found]).reshape(n_rows, n_columns)
    return SampledAttributions(parts[:, :-1], parts[:, -1], errors)


def _of_row(
    scores: Callable[[NDArray[Any]], Floats],
    row: NDArray[Any],
    background: NDArray[Any],
    ways: Ways,
    seconds: float,
    clock: Callable[[], float],
) -> Shares:
    ends, rounds = clock() + seconds, []
    for place in range(len(ways)):
        rounds.append(one_round(scores, row, background, ways, place))
        if clock() >= ends and len(rounds) >= _FEWEST_ROUNDS:
            break
    return shares_of(np.array(rounds))


def _checked(predict: Callable[[NDArray[Any]], ArrayLike]) -> Callable[[NDArray[Any]], Floats]:
    def scores(asked: NDArray[Any]) -> Floats:
        told = np.asarray(predict(asked), dtype=np.float64)
        if told.shape not in ((len(asked),), (len(asked), 1)):
            raise OptionMistake("sampled.other_scores", shape=told.shape, rows=len(asked))
        if not np.isfinite(told).all():
            raise OptionMistake("sampled.endless_scores", count=int((~np.isfinite(told)).sum()))
        return told.reshape(-1, 1)

    return scores


def _check(rows: NDArray[Any], background: NDArray[Any], seconds: float) -> None:
    if rows.ndim != 2 or background.ndim != 2 or rows.shape[1] != background.shape[1]:
        raise OptionMistake("sampled.other_shapes", rows=rows.shape, background=background.shape)
    if not background.size:
        raise OptionMistake("sampled.no_background", background=background.shape)
    if not seconds > 0:
        raise OptionMistake("sampled.no_time", seconds=seconds)
