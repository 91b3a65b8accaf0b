"""`StratifiedRegressor`: a model of numbers for each segment."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from relevo.errors import DataMistake
from relevo.learn.learner import Target
from relevo.learn.regressor import Regressor
from relevo.train.stratified.estimator import Stratified


class StratifiedRegressor(Regressor, Stratified):
    """A model per segment, pooled with the others as far as the evidence says.

    The coefficients of a segment are those of its neighbours, or of all, plus its own deviation;
    how large deviations are is learnt from all segments together. Where segments do not differ it
    is one common model; a segment with many rows has a model of its own.

    Parameters
    ----------
    segment
        The column that names the segment, or several; by name, or by position in an array. None:
        one model for all rows.
    pooling
        `"common"` (one model), `"pooled"` (deviations drawn to their centre), `"graph"` (drawn to
        each segment's neighbours, too), `"separate"` (each segment alone, a ridge regression with
        penalty 1 on the slopes), or `"auto"`: what rows held back are best predicted by, for each
        size of segment, mixtures included.
    graph
        Which segments are neighbours: `"ordered"`, `"cyclic"`, `"hierarchy"` (columns named from
        the largest group to the smallest), or a mapping: a segment column to `"ordered"`,
        `"cyclic"` or its values in order; `{"nearest": (latitude, longitude), "k": 5}`;
        `{"edges": file or table}` with the columns `from`, `to`, `weight`. None: all alike.
    loss
        `"squared"`, `"huber"` (a few broken rows do not matter), `"poisson"` (counts; a number is
        then its rate).
    family
        `"linear"`, `"boosting"` (trees common to all, and what segments add to them), or
        `"auto"`: the one that errs less on rows held back.
    ordered
        Whether the rows are in the order of time: the newest are then held back.
    seed
        Of everything random.
    threads
        How many cores trees may use; all by default.

    Attributes
    ----------
    choice_
        How each kind of pooling did on rows held back, in segments of which size, and its weight.
    segments_
        Of each segment: rows, kind, error with interval, and the errors of common and separate.
    predictor_, preparation_, contract_, n_features_in_, feature_names_in_
        As in `TabularRegressor`.

    References
    ----------
    Laird and Ware (1982), Random-effects models for longitudinal data, Biometrics 38. Tuck, Barratt
    and Boyd (2021), A distributed method for fitting Laplacian regularized stratified models,
    JMLR 22.

    Examples
    --------
    >>> rows = {"place": ["A", "A", "B", "B"] * 30, "x": [float(i % 7) for i in range(120)]}
    >>> y = [x * (2.0 if place == "A" else -1.0) for place, x in zip(*rows.values())]
    >>> model = StratifiedRegressor(segment="place").fit(rows, y)
    >>> model.predict({"place": ["A", "B"], "x": [1.0, 1.0]}).round(1).tolist()
    [2.0, -1.0]

    """

    losses = ("squared", "huber", "poisson")

    def _read(self, y: NDArray[Any]) -> tuple[Target, dict[str, Any]]:
        target, learnt = super()._read(y)
        if self.loss == "poisson" and (target.values < 0).any():
            raise DataMistake("train.negative_count", value=float(target.values.min()))
        return target, learnt
