"""`slices`: where the model is worst, as short rules that other rows confirm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from relevo.model.model import Model
from relevo.picture.number import number
from relevo.score.holm import holm
from relevo.score.metrics import row_losses
from relevo.score.rows import block_codes, check_finite, check_lengths
from relevo.score.spread import spread
from relevo.train.blocks import blocks_of
from relevo.train.target import target_of
from relevo.validate.target.condition import Condition, rule, together
from relevo.validate.target.cuts import Cuts
from relevo.validate.target.encode import comparable
from relevo.words import say

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Bools = NDArray[np.bool_]
Codes = NDArray[np.intp]

BINS, LEVELS = 6, 12
MOST_CONDITIONS = 900  # on the columns that come first; all pairs of these are gone through
SEARCHED_ROWS = 30_000
FEWEST = 50  # rows of a slice in the half that searches
LEAST_SHARE = 0.01
CANDIDATES = 5  # that the other half is asked about; each costs power
LEAST_SIGNIFICANT = 3.0  # standard errors in the half that searches
MOST_TRIED = 2_000
FINER_BINS = 20  # in which the ranges of a slice that was found are moved
BETTER = 1.15  # what a second condition must add to the excess of the first


@dataclass(frozen=True)
class Slice:
    """A part of the rows where the loss is higher.

    Attributes
    ----------
    conditions
        One or two, on different columns.
    text
        The rule in words.
    rows, share
        How many of the confirming half's rows it holds for.
    loss, others
        The mean loss of these rows, and of all others of the confirming half.
    excess
        The difference; the search took no part in it.
    interval
        Of the excess, at 95 %.
    p_value
        Of "no worse than the others" (one-sided), corrected for all slices that were asked about.

    """

    conditions: tuple[Condition, ...]
    text: str
    rows: int
    share: float
    loss: float
    others: float
    excess: float
    interval: tuple[float, float]
    p_value: float

    def said_rule(self, lang: str | None = None) -> str:
        """The rule in `lang`."""
        return rule(self.conditions, lang)

    def said(self, lang: str | None = None) -> str:
        """The slice as a sentence."""
        return say(
            "slices.said",
            lang,
            rule=self.said_rule(lang),
            loss=number(self.loss, 3),
            others=number(self.others, 3),
            rows=number(self.rows),
            share=f"{100 * self.share:.2g}",
        )


def slices(
    model: Model, judged: pl.DataFrame, most: int = CANDIDATES, alpha: float = 0.05, seed: int = 0
) -> tuple[Slice, ...]:
    """The worst slices of a model, by log loss or squared error.

    Parameters
    ----------
    model
        The model that is judged.
    judged
        Rows that it was not trained on, whose target is known. Rules are about the columns that it
        learns from, and about segments and sensitive columns.
    most, alpha, seed
        As `worst_slices` takes them.

    """
    problem = model.problem
    target = target_of(judged, problem, model.classes)
    said = model.predict(judged)
    seen = said.values if said.probabilities is None else said.probabilities
    losses = row_losses(problem.task, target.values, seen, target.weight)
    columns = model.predictors(judged)
    named = dict.fromkeys((*problem.roles.segment, *problem.roles.sensitive))
    more = [name for name in named if name in judged.columns and name not in columns.columns]
    rows = columns.hstack(judged.select(more))
    return worst_slices(losses, rows, blocks_of(judged, problem), most=most, alpha=alpha, seed=seed)


def worst_slices(
    losses: ArrayLike,
    rows: pl.DataFrame,
    blocks: ArrayLike | None = None,
    *,
    most: int = CANDIDATES,
    alpha: float = 0.05,
    seed: int = 0,
) -> tuple[Slice, ...]:
    """Search half of the rows for the worst slices, and let the other half confirm them.

    Every condition on one column (a category, missing, a range between sixths) and every pair on
    two columns is gone through by matrix products. The most certain ones that do not repeat each
    other, at most `most`, are asked about in the other half: a t test of their excess loss,
    corrected by Holm's rule. Whatever the search does, of rows without any slice at most a share
    `alpha` is said to have one.

    Parameters
    ----------
    losses
        Shape `(n_rows,)`: of any kind, higher is worse.
    rows
        Their columns; numbers and categories are used.
    blocks
        Shape `(n_rows,)`: rows of one block may depend on each other; no block is in both halves.
    most
        The most slices that are asked about.
    alpha
        The level.
    seed
        Of the halves.

    Returns
    -------
    tuple of Slice
        The confirmed ones, the largest excess first.

    References
    ----------
    Chung et al. (2019), Slice Finder: automated data slicing for model validation; Sagadeeva and
    Boehm (2021), SliceLine: fast, linear-algebra-based slice finding for ML model debugging;
    Holm (1979).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> frame = pl.DataFrame({"x": rng.random(4000), "c": rng.choice(["a", "b"], 4000)})
    >>> bad = ((frame["x"] > 0.5) & (frame["c"] == "a")).to_numpy()
    >>> [found] = worst_slices(rng.exponential(size=4000) * (1 + bad), frame)
    >>> found.text.startswith("x > 0.5"), found.text.endswith("c = a"), 0.7 < found.excess < 1.3
    (True, True, True)

    """
    loss = np.asarray(losses, dtype=np.float64)
    check_lengths(len(loss), columns=rows)
    check_finite(losses=loss)
    codes = np.arange(len(loss)) if blocks is None else block_codes(blocks, len(loss))
    searching = _half(codes, seed)
    names = comparable(rows)
    if min(searching.sum(), (~searching).sum()) < 2 * FEWEST or not names:
        return ()
    frame = rows.select(names)
    asked = _candidates(frame.filter(searching), loss[searching], most, seed)
    kept = None if blocks is None else _dense(codes[~searching])
    found = _confirmed(asked, frame.filter(~searching), loss[~searching], kept, alpha)
    corrected = holm(np.array([one.p_value for one in found]))
    kept_slices = [
        replace(one, p_value=float(p))
        for one, p in zip(found, corrected, strict=True)
        if p <= alpha
    ]
    return tuple(sorted(kept_slices, key=lambda one: -one.excess))


def _confirmed(
    asked: Sequence[tuple[Condition, ...]],
    rows: pl.DataFrame,
    loss: Floats,
    blocks: Codes | None,
    alpha: float,
) -> list[Slice]:
    """Each slice in rows that took no part in the search, not corrected yet.

    The part of it that no slice before it has must be worse too: its p-value is the larger one.
    """
    taken, found = np.zeros(len(loss), dtype=bool), []
    for conditions in asked:
        held = together(conditions, rows)
        whole = _excess(held, loss, blocks)
        p_value = whole.p_value
        if taken.any():
            fresh = None if blocks is None else _dense(blocks[~taken])
            p_value = float(np.fmax(p_value, _excess(held[~taken], loss[~taken], fresh).p_value))
        if p_value <= alpha:
            taken |= held
        others = float(loss[~held].mean()) if not held.all() else np.nan
        found.append(
            Slice(
                conditions,
                rule(conditions),
                int(held.sum()),
                float(held.mean()),
                others + whole.excess,
                others,
                whole.excess,
                whole.interval,
                p_value,
            )
        )
    return found


def _half(blocks: Codes, seed: int) -> Bools:
    units = np.random.default_rng(seed).permutation(int(blocks.max(initial=-1)) + 1)
    return np.asarray(units[blocks] % 2 == 0)


def _candidates(
    rows: pl.DataFrame, loss: Floats, most: int, seed: int
) -> list[tuple[Condition, ...]]:
    if rows.height > SEARCHED_ROWS:
        drawn = np.random.default_rng(seed).choice(rows.height, SEARCHED_ROWS, replace=False)
        rows, loss = rows[drawn], loss[drawn]
    cuts = Cuts(Cuts.of(rows, BINS, LEVELS).conditions[:MOST_CONDITIONS])
    held = cuts.held(rows)
    certain, excess = _search(held, loss)
    alone = excess.diagonal()
    # A second condition that adds little is not worth its words.
    adds = excess >= BETTER * np.maximum(np.maximum(alone[:, None], alone[None, :]), 0)
    allowed = (cuts.pairs & adds) | np.eye(len(alone), dtype=bool)
    certain = np.where(allowed, certain, -np.inf)
    found = _apart(certain, held, cuts.conditions, loss, most)
    return [_refined(one, rows, loss) for one in found]


def _search(held: Singles, loss: Floats) -> tuple[Singles, Singles]:
    """How many standard errors each pair of conditions is above the others, and by how much.

    The diagonal is that of each condition alone.
    """
    centred = ((loss - loss.mean()) / (loss.std() or 1.0)).astype(np.float32)
    count = held.T @ held
    total = held.T @ (held * centred[:, None])
    squares = held.T @ (held * (centred**2)[:, None])
    rows = float(len(loss))
    fewest = max(FEWEST, LEAST_SHARE * rows)
    usable = (count >= fewest) & (rows - count >= fewest)
    count = np.where(usable, count, 1.0)
    rest = np.maximum(rows - count, 1.0)
    mean, others = total / count, -total / rest
    spread_in = np.maximum(squares / count - mean**2, 1e-6)
    spread_out = np.maximum((rows - squares) / rest - others**2, 1e-6)
    certain = (mean - others) / np.sqrt(spread_in / count + spread_out / rest)
    return np.where(usable, certain, -np.inf), np.where(usable, mean - others, 0.0)


def _apart(
    certain: Singles, held: Singles, conditions: Sequence[Condition], loss: Floats, most: int
) -> Iterator[tuple[Condition, ...]]:
    """The most certain slices; of a later one, the rows that no earlier one has must be bad too."""
    taken, found = np.zeros(len(loss), dtype=bool), 0
    for at in np.argsort(-certain, axis=None, kind="stable")[:MOST_TRIED]:
        one, other = divmod(int(at), len(conditions))
        if found == most or not certain[one, other] >= LEAST_SIGNIFICANT:
            return
        rows = (held[:, one] > 0) & (held[:, other] > 0)
        if _certainty(rows[~taken], loss[~taken]) < LEAST_SIGNIFICANT:
            continue
        taken |= rows
        found += 1
        pair = (conditions[one], conditions[other])
        yield pair if one != other else pair[:1]


def _certainty(held: Bools, loss: Floats) -> float:
    """How many standard errors the held rows' mean loss is above that of the others."""
    inside, outside = loss[held], loss[~held]
    if min(len(inside), len(outside)) < FEWEST:
        return -np.inf
    error = np.sqrt(inside.var() / len(inside) + outside.var() / len(outside))
    return float((inside.mean() - outside.mean()) / max(error, 1e-12))


def _refined(
    conditions: tuple[Condition, ...], rows: pl.DataFrame, loss: Floats
) -> tuple[Condition, ...]:
    """The same with each range moved to where the slice is most certain."""
    for at, one in enumerate(conditions):
        if one.form in ("is", "missing"):
            continue
        others = [other for other in conditions if other is not one]
        where = together(others, rows) if others else np.ones(rows.height, dtype=bool)
        finer = [
            tried
            for tried in Cuts.of(rows.select(one.column), FINER_BINS, 0).conditions
            if tried.form == one.form
        ]
        best = max([one, *finer], key=lambda tried: _certainty(where & tried.holds(rows), loss))
        conditions = (*conditions[:at], best, *conditions[at + 1 :])
    return conditions


@dataclass(frozen=True)
class _Excess:
    excess: float
    interval: tuple[float, float]
    p_value: float


def _excess(held: Bools, loss: Floats, blocks: Codes | None) -> _Excess:
    """The mean loss of the held rows less that of the others, and its one-sided p-value."""
    from scipy.special import stdtr, stdtrit

    count, rest = int(held.sum()), int((~held).sum())
    if min(count, rest) < FEWEST // 2:
        return _Excess(np.nan, (np.nan, np.nan), 1.0)
    inside, outside = float(loss[held].mean()), float(loss[~held].mean())
    added = np.where(held, (loss - inside) / count, (outside - loss) / rest)
    error = spread(added, held.astype(np.intp), blocks)
    excess = inside - outside
    if not 0 < error.error < np.inf:
        return _Excess(excess, (excess, excess), 1.0)
    reach = float(stdtrit(error.freedom, 0.975)) * error.error
    p_value = float(stdtr(error.freedom, -excess / error.error))
    return _Excess(excess, (excess - reach, excess + reach), p_value)


def _dense(blocks: Codes) -> Codes:
    return np.unique(blocks, return_inverse=True)[1].astype(np.intp)
