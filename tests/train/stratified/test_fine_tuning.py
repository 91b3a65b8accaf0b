"""New rows bring their own segments up to date, and leave all others alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from relevo.learn.learner import Target
from relevo.prepare.key import keys_of
from relevo.prepare.matrix import Matrix
from relevo.train.stratified.fine_tuning import fine_tuned
from relevo.train.stratified.fit import fit_segments
from relevo.train.stratified.losses import Logistic, Loss, Squared
from relevo.train.stratified.predictor import StratifiedPredictor
from relevo.train.stratified.segment_rows import SegmentRows

from .conftest import Truth, truth

ROWS = truth("exchangeable", side=6)


def segment_rows(x: Any, y: Any, segment: Any, classes: tuple[str, ...] = ()) -> SegmentRows:
    labels = pl.DataFrame({"place": [f"place {number}" for number in segment]})
    values = np.concatenate((x[:, 1:], keys_of(labels["place"])[:, np.newaxis]), axis=1)
    names = ("a", "b", "place")
    return SegmentRows(Matrix(values, names, names, {}), Target(y, classes), labels)


def learnt(rows: Truth, loss: Loss, classes: tuple[str, ...] = ()) -> StratifiedPredictor:
    y = (rows.y > 0).astype(float) if classes else rows.y
    return fit_segments(segment_rows(rows.x, y, rows.segment, classes), loss)


@pytest.mark.parametrize("classes", [(), ("no", "yes")])
def test_segments_without_new_rows_keep_their_coefficients_to_the_bit(
    classes: tuple[str, ...],
) -> None:
    warm = learnt(ROWS, Logistic() if classes else Squared(), classes)
    now = ROWS.new_segment < 10
    y = 3.0 - ROWS.new_y[now]
    y = (y > 0).astype(float) if classes else y
    tuned = fine_tuned(warm, segment_rows(ROWS.new_x[now], y, ROWS.new_segment[now], classes))
    rest = segment_rows(ROWS.new_x[~now], ROWS.new_y[~now], ROWS.new_segment[~now]).matrix
    np.testing.assert_array_equal(tuned.scores(rest), warm.scores(rest))
    own = segment_rows(ROWS.new_x[now], y, ROWS.new_segment[now]).matrix
    assert np.abs(tuned.scores(own) - warm.scores(own)).mean() > 0.3
    of_table = tuned.segments.filter(pl.col("place") == "place 3")["rows"][0]
    assert of_table == (ROWS.segment == 3).sum() + 20


def test_a_segment_that_comes_later_is_known_from_then_on() -> None:
    warm = learnt(ROWS, Squared())
    x, y = ROWS.new_x[:200], ROWS.new_x[:200] @ np.array([9.0, -4.0, 2.0])
    new = segment_rows(x, y, np.full(200, 99))
    assert warm.unseen(new.matrix).all()
    tuned = fine_tuned(warm, new)
    assert not tuned.unseen(new.matrix).any()
    error = np.sqrt(np.mean((tuned.scores(new.matrix)[:, 0] - y) ** 2))
    assert error < 0.1 * np.sqrt(np.mean((warm.scores(new.matrix)[:, 0] - y) ** 2))
    assert warm.segments.height + 1 == tuned.segments.height
    order = tuned.coefficients.keys[tuned.coefficients.seen]
    assert (np.diff(order) > 0).all()
    known = dict(zip(tuned.segments["place"], tuned.segments["rows"], strict=True))
    assert known["place 99"] == 200


def test_where_nothing_has_changed_it_is_the_former_model() -> None:
    warm = learnt(ROWS, Squared())
    same = segment_rows(ROWS.new_x, ROWS.new_y, ROWS.new_segment)
    tuned = fine_tuned(warm, same)
    before, now = (
        np.mean((one.scores(same.matrix)[:, 0] - ROWS.new_y) ** 2) for one in (warm, tuned)
    )
    assert now <= before
    noise = np.random.default_rng(0).normal(size=len(ROWS.new_y))
    said = segment_rows(ROWS.new_x, warm.scores(same.matrix)[:, 0] + noise, ROWS.new_segment)
    assert fine_tuned(warm, said) is warm
