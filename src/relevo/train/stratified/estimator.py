"""`Stratified`: what `StratifiedRegressor` and `StratifiedClassifier` share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads
from relevo.data.category_text import category_texts
from relevo.data.conform import conform
from relevo.data.contract import learn_contract
from relevo.errors import OptionMistake, nearest
from relevo.learn.estimator import NO_TARGET, Estimator, require, whole
from relevo.learn.learner import Fit, Predictor
from relevo.learn.search import search
from relevo.prepare.preparation import Preparation
from relevo.problem.problem import Columns
from relevo.train.stratified.evidence import PoolingEvidence, SegmentTable
from relevo.train.stratified.fit import fit_segments
from relevo.train.stratified.graph_spec import graph_of
from relevo.train.stratified.losses import LOSSES
from relevo.train.stratified.pooling import KINDS
from relevo.train.stratified.predictor import StratifiedPredictor, bare
from relevo.train.stratified.segment_columns import check_segments, segment_columns
from relevo.train.stratified.segment_rows import SegmentRows

FAMILIES = ("linear", "boosting", "auto")
_TRIALS = 1
_ENOUGH = "24h"  # trials are counted, not timed


class Stratified(Estimator):
    """Base of the estimators; see `StratifiedRegressor` for parameters and attributes."""

    losses: ClassVar[tuple[str, ...]]

    predictor_: StratifiedPredictor
    _load_predictor = staticmethod(StratifiedPredictor.load)
    _deterministic = True
    _weights_count = True

    def __init__(
        self,
        segment: str | int | Sequence[str | int] | None = None,
        pooling: str = "auto",
        graph: Any = None,
        loss: str = "squared",
        family: str = "linear",
        ordered: bool = False,
        seed: int = 0,
        threads: int | None = None,
    ) -> None:
        self.segment = segment
        self.pooling = pooling
        self.graph = graph
        self.loss = loss
        self.family = family
        self.ordered = ordered
        self.seed = seed
        self.threads = threads

    def fit(self, X: Any, y: Any, sample_weight: Any = None, groups: Any = None) -> Self:
        """Learn a model for each segment, pooled as far as rows held back say.

        Parameters
        ----------
        X
            Shape `(n_rows, n_columns)`, the segment columns among them: as for `TabularRegressor`.
        y
            Shape `(n_rows,)`: what is to be predicted.
        sample_weight
            Shape `(n_rows,)`, zero or more: how much each row counts.
        groups
            Shape `(n_rows,)`: rows of one group are never both learnt from and held back.

        Returns
        -------
        Stratified
            The estimator itself.

        Raises
        ------
        OptionMistake
            When an argument of the estimator is none.
        DataMistake
            When the table, its segments or the target cannot be learnt from; it is a ValueError.

        """
        self._check_parameters()
        taken = self._take(X, y, sample_weight, groups)
        frame = taken.table.data
        names = segment_columns(self.segment, frame.columns)
        check_segments(frame, names)
        columns = Columns(category=(*taken.given.categories, *names))
        contract = learn_contract(frame, NO_TARGET, columns=columns)
        conformed = conform(frame, contract)
        preparation = Preparation.fit(conformed, contract, keys=names)
        labels = frame.select(category_texts(frame[name]) for name in names)
        rows = SegmentRows(
            preparation.table(conformed),
            taken.target,
            labels,
            ordered=self.ordered,
            groups=taken.groups,
        )
        found = self._fit(rows, frame)
        return self._keep(taken, contract, preparation, predictor_=found)

    @property
    def choice_(self) -> PoolingEvidence:
        """How kinds of pooling did on rows held back, and how much each counts."""
        self._fitted()
        return self.predictor_.evidence

    @property
    def segments_(self) -> SegmentTable:
        """Of each segment: rows, kind of pooling, error with interval."""
        self._fitted()
        frame = self.predictor_.segments
        return SegmentTable(frame.sort(frame.columns[: frame.columns.index("rows")]))

    def coefficients(self) -> pl.DataFrame:
        """The coefficients of each segment, in the units of the columns.

        Where a common model of trees is part of the result, they are what is added to its answer.
        """
        self._fitted()
        return self.predictor_.coefficient_table()

    def unseen(self, X: Any) -> NDArray[np.bool_]:
        """Which rows are of a segment that `fit` has not seen, shape `(n_rows,)`."""
        matrix = self._matrix(X)
        return self.predictor_.unseen(matrix)

    def _check_parameters(self) -> None:
        kinds = ("auto", *KINDS)
        _one_of("pooling", self.pooling, kinds)
        _one_of("loss", self.loss, self.losses)
        _one_of("family", self.family, FAMILIES)
        require("seed", self.seed, whole(self.seed) and self.seed >= 0)
        require("threads", self.threads, self.threads is None or whole(self.threads))
        if self.pooling == "graph" and self.graph is None:
            raise OptionMistake("train.no_graph")
        if self.loss == "poisson" and self.family != "linear":
            raise OptionMistake("train.poisson_is_linear", family=self.family)

    def _fit(self, rows: SegmentRows, frame: pl.DataFrame) -> StratifiedPredictor:
        fits = []
        if self.family != "boosting":
            fits.append(self._pooled(rows, frame))
        if self.family != "linear":
            found = self._base(rows)
            assert found.held is not None
            held = rows.with_base(found.held)
            fits.append(self._pooled(held, frame[found.held.rows], found.predictor))
        return min(fits, key=lambda one: np.nan_to_num(one.evidence.error, nan=np.inf))

    def _pooled(
        self, rows: SegmentRows, frame: pl.DataFrame, base: Predictor | None = None
    ) -> StratifiedPredictor:
        graph = None
        if self.graph is not None and rows.n_keys:
            graph = graph_of(self.graph, rows.labels, rows.segments, frame)
        return fit_segments(rows, LOSSES[self.loss](), self.pooling, graph, base, self.seed)

    def _base(self, rows: SegmentRows) -> Fit:
        """A model of all rows, with trees."""
        return search(
            bare(rows.matrix, rows.n_keys),
            rows.target,
            Budget.parse(_ENOUGH),
            learners=("boosting",),
            runner=Threads(self.threads),
            seed=self.seed,
            ordered=self.ordered,
            groups=rows.groups,
            trials=_TRIALS,
        )


def _one_of(name: str, value: object, known: Sequence[str]) -> None:
    if value not in known:
        raise OptionMistake(
            "train.not_one_of",
            name=name,
            value=value,
            known=", ".join(known),
            hint=nearest(str(value), known),
        )
