"""`forgotten`: what a fine-tuned replica has lost of what the champion knew."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.data.category_text import category_texts
from relevo.model.losses import losses
from relevo.model.model import Model
from relevo.score.paired import paired_gain
from relevo.train.blocks import blocks_of
from relevo.words import say

Floats = NDArray[np.float64]

_TOLERANCE = 0.05  # of the champion's loss on old rows
_OF_THE_GAIN = 0.1
_CONFIDENCE = 0.95
_FEWEST_ROWS = 50
_FEWEST_NEW_ROWS = 10  # of a kind, that may say that the relation has changed there
_MOST_OLD_ROWS = 20_000
_PARTS = 5


def forgotten(
    champion: Model,
    replica: Model,
    old: pl.DataFrame,
    newest: pl.DataFrame,
    proven: float = 0.0,
) -> tuple[str, ...]:
    """The kinds of rows of which a replica has lost what its champion knew, in words.

    Rows are of one kind when they have the same segment; without segments, when the champion's
    prediction lies in the same fifth. A kind is forgotten when, on old rows, the replica's loss is
    higher beyond noise (Bonferroni over the kinds) by more than a twentieth of the champion's and
    more than a tenth of what the replica is proven to gain, unless the newest rows of that very
    kind say, beyond noise, that the replica is better there now: then the relation has changed, and
    what is lost was no longer true. Kinds of which the newest rows are few say nothing, so what is
    lost there is forgotten.

    Parameters
    ----------
    champion, replica
        The models; both are only asked.
    old
        Rows that the champion was trained or judged on, their target known.
    newest
        Rows that neither was trained on.
    proven
        The least that the replica gains on these, a row (`Verdict.interval`).

    """
    if old.is_empty():
        return ()
    old = old if old.height <= _MOST_OLD_ROWS else old.sample(_MOST_OLD_ROWS, seed=0)
    then, now = _Compared(champion, replica, old), _Compared(champion, replica, newest)
    return tuple(_forgotten(champion, then, now, _OF_THE_GAIN * max(proven, 0.0)))


class _Compared:
    """The losses of two models on the same rows."""

    def __init__(self, champion: Model, replica: Model, rows: pl.DataFrame) -> None:
        self.rows = rows
        self.champion, self.replica = losses(champion, rows), losses(replica, rows)
        self.blocks = blocks_of(rows, champion.problem)

    def gain(self, mine: NDArray[np.bool_], confidence: float) -> tuple[float, float]:
        """The bounds of what the replica gains on some of the rows."""
        blocks = None if self.blocks is None else self.blocks[mine]
        found = paired_gain(
            self.champion[mine], self.replica[mine], blocks=blocks, confidence=confidence
        )
        return found.lower, found.upper


def _forgotten(champion: Model, then: _Compared, now: _Compared, small: float) -> Iterator[str]:
    kinds = list(_kinds(champion, then.rows, now.rows))
    kinds = [(name, mine, new) for name, mine, new in kinds if mine.sum() >= _FEWEST_ROWS]
    confidence = 1 - (1 - _CONFIDENCE) / max(1, len(kinds))
    for name, mine, new in kinds:
        before = float(then.champion[mine].mean())
        _, most = then.gain(mine, confidence)
        if -most <= max(_TOLERANCE * before, small):
            continue
        if new.sum() >= _FEWEST_NEW_ROWS and now.gain(new, _CONFIDENCE)[0] > 0:
            continue
        growth = float((then.replica[mine] - then.champion[mine]).mean()) / before
        yield say("renew.forgotten", kind=name, growth=f"{growth:.0%}", rows=int(new.sum()))


def _kinds(
    champion: Model, old: pl.DataFrame, newest: pl.DataFrame
) -> Iterator[tuple[str, NDArray[np.bool_], NDArray[np.bool_]]]:
    """Names of kinds, and which of the old and of the newest rows belong to each."""
    segment = champion.problem.roles.segment
    if segment:
        for column in segment:
            before, after = category_texts(old[column]), category_texts(newest[column])
            for value in before.unique().drop_nulls().sort():
                yield f"{column} = {value}", _equal(before, value), _equal(after, value)
        return
    then, now = _answers(champion, old), _answers(champion, newest)
    edges = np.unique(np.quantile(then, np.arange(1, _PARTS) / _PARTS))
    of_old, of_new = np.searchsorted(edges, then), np.searchsorted(edges, now)
    for place in range(len(edges) + 1):
        mine = of_old == place
        if mine.any():
            ends = f"{then[mine].min():.3g} ... {then[mine].max():.3g}"
            yield say("renew.predicted", ends=ends), mine, of_new == place


def _equal(values: pl.Series, value: str) -> NDArray[np.bool_]:
    return (values == value).fill_null(False).to_numpy()


def _answers(champion: Model, rows: pl.DataFrame) -> Floats:
    """The number, or the probability of the last class, which is the positive one of two."""
    answer = champion.predict(rows)
    return answer.values if answer.probabilities is None else answer.probabilities[:, -1]
