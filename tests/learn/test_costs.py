from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from relevo.compute.budget import Budget
from relevo.learn.boosting import Boosting
from relevo.learn.candidate import Candidate
from relevo.learn.costs import Costs
from relevo.learn.learner import Target
from relevo.learn.linear import Linear
from relevo.learn.rows import Rows
from relevo.prepare.matrix import Matrix

WEIGHTS = np.array([0.2, 0.0, 0.6, 0.2])


def costs(**limits: float) -> Costs:
    return Costs(
        [10.0] * 4, [1.0] * 4, ["a", "a", "a", "b"], {"a": 5.0, "b": 7.0}, [6, 6, 6, 1], **limits
    )


def test_a_call_is_paid_once_for_all_that_it_answers_for() -> None:
    assert costs().latency_us({0: 2, 2: 3}) == 5 + 50
    assert costs().latency_us({0: 2, 3: 1}) == 5 + 7 + 30


def test_without_limits_the_weightiest_keeps_all_fits_and_the_others_their_share() -> None:
    assert costs().fits_to_keep(WEIGHTS) == {2: 6, 0: 2, 3: 1}


@pytest.mark.parametrize(
    ("limits", "kept"),
    [
        ({"max_latency_us": 80.0}, {2: 4, 0: 1, 3: 1}),
        ({"max_size_mb": 4.0}, {2: 2, 0: 1, 3: 1}),
        ({"max_size_mb": 2.0}, {2: 1, 0: 1}),
        ({"max_latency_us": 1.0}, {2: 1}),
    ],
)
def test_limits_thin_the_fits_out_before_they_drop_members(
    limits: dict[str, float], kept: dict[int, int]
) -> None:
    assert costs(**limits).fits_to_keep(WEIGHTS) == kept


def test_costs_of_fits_as_they_were_timed() -> None:
    random = np.random.default_rng(0)
    values = random.normal(size=(200, 2))
    rows = Rows(Matrix(values, ("a", "b"), ("a", "b"), {}), Target(values[:, 0]))
    learners = [Boosting(most_trees=5), Boosting(most_trees=9), Linear().made_for(rows)]
    candidates = [Candidate(place, one, {}) for place, one in enumerate(learners)]
    for one, took in zip(candidates, (10.0, 30.0, 20.0), strict=True):
        for fold in range(3):
            attempt = one.learner.attempt(rows, rows, Budget(600))
            one.attempts[fold] = replace(attempt, latency_us=took)
    found = Costs.of(candidates, False, 100.0, 5.0)
    np.testing.assert_allclose(found.fit_us, [2.0, 22.0, 4.0])
    assert sorted(found.call_us.values()) == [8.0, 16.0]
    assert found.most_fits == [3, 3, 1]  # lines average to one line
    assert Costs.of(candidates, True, 100.0, 5.0).most_fits == [1, 1, 1]
