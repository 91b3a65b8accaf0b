"""`choose`: which ways of pooling serve which sizes of segment, by rows held back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import stdtrit

from relevo.learn.learner import Floats
from relevo.train.stratified.grams import Cases, Grams
from relevo.train.stratified.held import Marks, held_back, marks_of
from relevo.train.stratified.losses import Huber, Loss, Squared, middle
from relevo.train.stratified.pooling import Pooling, part_of
from relevo.train.stratified.segments import Positions

# Rows of a segment up to which a band reaches; that of no rows is for segments not known yet.
BANDS = (0, 10, 50, 200, 1_000)
_PULL_ROWS = 300.0  # held rows whose word for all bands counts as much as a band's own
_NEWTON_TURNS = 10
_TOLERANCE = 1e-3  # of a field that is only compared
_MOST_ROWS = 200_000  # that a mixture is fitted to
_ROWS_THAT_SAY_ALL = 200_000
_RIDGE = 1e-12
_BROKEN_ERRORS = 4.0
_BANDS_TOO_SMALL = 2  # for a segment alone to be heard
_SURE = 0.9772  # that a mixture beats the common model; two errors, for it was fitted to these rows


@dataclass(frozen=True)
class Held:
    """What was found on rows held back.

    Attributes
    ----------
    rows
        Their positions.
    sizes
        Rows that their segment had to learn from.
    scores
        Of each kind, shape `(n_kinds, n_held)`.
    clusters
        Numbers of rows that depend on each other: by segment, and by group where there are any.

    """

    rows: Positions
    sizes: Floats
    scores: Floats
    clusters: tuple[Positions, ...]


@dataclass(frozen=True)
class Choice:
    """How much each kind of pooling counts.

    Attributes
    ----------
    kinds
        Their names.
    weights
        Shape `(n_bands, n_kinds)`, each row summing to 1.
    held
        What this rests on.
    loss
        By which kinds were compared.

    """

    kinds: tuple[str, ...]
    weights: Floats
    held: Held
    loss: Loss

    @property
    def used(self) -> tuple[str, ...]:
        """The kinds that count anywhere."""
        some = np.flatnonzero(self.weights.sum(axis=0))
        return tuple(self.kinds[place] for place in some)

    def of_sizes(self, sizes: Floats) -> Floats:
        """How much the used kinds count in segments of so many rows, `(n_segments, n_used)`."""
        places = [self.kinds.index(kind) for kind in self.used]
        return self.weights[band_of(sizes)][:, places]


def band_of(sizes: Floats) -> Positions:
    """The band of segments of so many rows."""
    return np.searchsorted(np.array(BANDS), sizes, side="left").astype(np.intp)


def band_name(band: int) -> str:
    """How a band is called.

    Examples
    --------
    >>> [band_name(band) for band in range(len(BANDS) + 1)]
    ['0', '1-10', '11-50', '51-200', '201-1000', '>1000']

    """
    if band == 0:
        return "0"
    if band == len(BANDS):
        return f">{BANDS[-1]}"
    return f"{BANDS[band - 1] + 1}-{BANDS[band]}"


def choose(
    cases: Cases,
    loss: Loss,
    kinds: Sequence[str],
    laplacian: sparse.csr_matrix | None = None,
    ordered: bool = False,
    groups: Positions | None = None,
    seed: int = 0,
    only: str | None = None,
    marks: Marks | None = None,
    whole: Pooling | None = None,
    centred: bool = False,
) -> Choice:
    """Weights of the kinds, for each band of sizes.

    Parameters
    ----------
    cases, loss, laplacian, seed, centred
        As in `Pooling`.
    kinds
        What may be chosen; the first one is the simplest, which stays where nothing is better.
    ordered, groups
        As in `held_back`.
    only
        The kind that is settled already: the others are only compared with it.
    whole
        The pooling of all rows; made when there is none.
    marks
        Of the rows, by which they are held back; by default what the cases hold.

    """
    marks = marks_of(cases.x, cases.y) if marks is None else marks
    if whole is None:
        whole = Pooling(cases, loss, laplacian, seed, centred=centred)
    found = [
        _tried(cases, kinds, laplacian, held, whole)
        for held in held_back(cases.segments, marks, ordered, groups)
    ]
    if not found:  # too few rows to hold any back
        nothing = Held(np.empty(0, dtype=np.intp), np.empty(0), np.empty((len(kinds), 0)), ())
        return Choice(tuple(kinds), _settled(kinds, only), nothing, loss)
    held = Held(
        np.concatenate([one.rows for one in found]),
        np.concatenate([one.sizes for one in found]),
        np.concatenate([one.scores for one in found], axis=1),
        (),
    )
    clusters = (cases.segments.of_row, *([] if groups is None else [groups]))
    held = replace(held, clusters=tuple(one[held.rows] for one in clusters))
    y = cases.y[held.rows]
    weight = np.ones(len(y)) if cases.weight is None else cases.weight[held.rows]
    loss = _unmoved(loss, held.scores, y, weight)
    if only is not None or len(kinds) == 1:
        return Choice(tuple(kinds), _settled(kinds, only), held, loss)
    weights, compared = _settled(kinds, None), _Compared(held, y, weight, loss)
    known = held.sizes > 0
    # Known segments are these very ones: their rows vary. Of new ones the segments vary, too.
    together = compared.mixture(known)
    if compared.better(together, known, held.clusters[1:]):
        weights[1:] = compared.by_band(together, kinds)
        new = compared.mixture(~known)
        if compared.better(new, ~known, held.clusters):
            weights[0] = new
    return Choice(tuple(kinds), weights, held, loss)


@dataclass(frozen=True)
class _Compared:
    """Held rows, and the loss by which kinds are compared on them."""

    held: Held
    y: Floats
    weight: Floats
    loss: Loss

    def mixture(self, rows: NDArray[np.bool_]) -> Floats:
        """The convex weights of least loss on some of the rows."""
        if not rows.any():
            return np.asarray(np.eye(len(self.held.scores))[0])
        return _mixture(self.held.scores[:, rows], self.y[rows], self.weight[rows], self.loss)

    def better(
        self, mixture: Floats, rows: NDArray[np.bool_], clusters: Sequence[Positions]
    ) -> bool:
        """Whether a mixture is better than the first kind beyond chance on some of the rows."""
        if not rows.any():
            return False
        scores, y = self.held.scores[:, rows], self.y[rows]
        losses = self.loss.values(scores[0], y) - self.loss.values(mixture @ scores, y)
        gain = self.weight[rows] * losses
        for cluster in clusters or (np.arange(len(rows)),):
            totals = np.bincount(np.unique(cluster[rows], return_inverse=True)[1], gain)
            count = len(totals)
            if count < 2 or gain.sum() <= 0.0:
                return False
            error = float(np.sqrt(count) * totals.std(ddof=1))
            if gain.sum() <= stdtrit(count - 1, _SURE) * error:
                return False
        return True

    def by_band(self, whole: Floats, kinds: Sequence[str]) -> Floats:
        """Weights for each size of known segments, pulled to those of all sizes."""
        band = band_of(self.held.sizes)
        weights, pull = np.tile(whole, (len(BANDS), 1)), _PULL_ROWS / self.weight.sum()
        for place in np.unique(band[band > 0]):
            share = self.weight * ((band == place) + pull * (band > 0))
            small = place <= _BANDS_TOO_SMALL
            allowed = [n for n, kind in enumerate(kinds) if not (small and kind == "separate")]
            weights[place - 1] = 0.0
            found = _mixture(self.held.scores[allowed], self.y, share, self.loss)
            weights[place - 1, allowed] = found
        return weights


def _settled(kinds: Sequence[str], kind: str | None) -> Floats:
    """One kind in every band, the first one unless another is named."""
    return np.tile(np.eye(len(kinds))[kinds.index(kind or kinds[0])], (len(BANDS) + 1, 1))


def _tried(
    cases: Cases,
    kinds: Sequence[str],
    laplacian: sparse.csr_matrix | None,
    held: NDArray[np.bool_],
    whole: Pooling,
) -> Held:
    """The kinds learnt from the other rows."""
    part = _learnt(cases, laplacian, held, whole)
    rows = np.flatnonzero(held)
    segment = cases.segments.of_row[rows]
    x, node = cases.x[rows], part.node[segment]
    scores = np.empty((len(kinds), len(rows)))
    for place, kind in enumerate(kinds):
        answer = part.pooling.answer(kind)
        table = np.concatenate((answer.values, answer.elsewhere[np.newaxis]))
        scores[place] = np.einsum("ij,ij->i", x, table[node])
    if cases.offset is not None:
        scores += cases.offset[rows]
    return Held(rows, part.sizes[segment], scores, ())


@dataclass(frozen=True)
class _Learnt:
    """A pooling of the rows that are not held back.

    Attributes
    ----------
    pooling
        Of these.
    node
        Where each segment's coefficients stand, `(n_segments,)`; -1 for elsewhere.
    sizes
        What is left of each segment's rows, `(n_segments,)`.

    """

    pooling: Pooling
    node: Positions
    sizes: Floats


def _learnt(
    cases: Cases, laplacian: sparse.csr_matrix | None, held: NDArray[np.bool_], whole: Pooling
) -> _Learnt:
    n_segments = len(cases.segments)
    if whole.grams is not None:
        # Of very many rows a fifth less say the same of how much segments differ.
        like = whole if len(held) > _ROWS_THAT_SAY_ALL else None
        away, number = part_of(cases, held)
        left = whole.grams.without(Grams.of(away), np.flatnonzero(number >= 0))
        pooling = Pooling(
            None,
            whole.loss,
            laplacian,
            whole.seed,
            centred=whole.centred,
            grams=left,
            like=like,
            tolerance=_TOLERANCE,
        )
        return _Learnt(pooling, np.arange(n_segments), left.weight)
    part, node = part_of(cases, ~held)
    sizes = np.where(node >= 0, part.sizes[np.maximum(node, 0)], 0.0)
    if laplacian is not None:  # segments without rows stay in the graph, behind the others
        further = np.ones(laplacian.shape[0] - n_segments, dtype=bool)
        order = np.argsort(np.concatenate((node < 0, further)), kind="stable")
        laplacian, node = laplacian[order][:, order], np.argsort(order)[:n_segments]
    pooling = Pooling(
        part, whole.loss, laplacian, whole.seed, centred=whole.centred, tolerance=_TOLERANCE
    )
    return _Learnt(pooling, node, sizes)


def _unmoved(loss: Loss, scores: Floats, y: Floats, weight: Floats) -> Loss:
    """The loss by which kinds are compared: no few broken rows decide."""
    if not isinstance(loss, Squared):
        return loss
    best = min(scores, key=lambda one: middle(np.abs(y - one), weight))
    return Huber.of(y - best, weight, _BROKEN_ERRORS)


def _mixture(scores: Floats, y: Floats, weight: Floats, loss: Loss) -> Floats:
    """The convex weights of least loss, by Newton's method."""
    every = slice(None, None, 1 + len(y) // _MOST_ROWS)
    scores, y, weight = scores[:, every], y[every], weight[every]
    mixture = np.full(len(scores), 1.0 / len(scores))
    for _ in range(_NEWTON_TURNS):
        at = mixture @ scores
        curvature = weight * loss.curvature(at, y)
        wanted = at + weight * loss.push(at, y) / np.maximum(curvature, np.finfo(float).tiny)
        before, mixture = mixture, _closest(scores - wanted, curvature)
        if np.abs(mixture - before).max() < 1e-6:
            break
    return mixture


def _closest(residuals: Floats, weight: Floats) -> Floats:
    """The convex weights of least squares: of few members, by trying every subset of them."""
    products = (residuals * weight) @ residuals.T
    n = len(products)
    best, least = np.eye(n)[0], float("inf")
    for size in range(1, n + 1):
        for members in combinations(range(n), size):
            chosen = list(members)
            weights = np.zeros(n)
            weights[chosen] = _on_plane(products[np.ix_(chosen, chosen)])
            value = float(weights @ products @ weights)
            if (weights >= 0).all() and value < least * (1.0 - 1e-9):
                best, least = weights, value
    return np.asarray(best)


def _on_plane(products: Floats) -> Floats:
    """Weights that sum to 1 and make the form least."""
    ridge = _RIDGE * np.trace(products) * np.eye(len(products))
    if not ridge.any():  # no error at all
        return np.full(len(products), 1.0 / len(products))
    weights = np.linalg.solve(products + ridge, np.ones(len(products)))
    return np.asarray(weights / weights.sum())
