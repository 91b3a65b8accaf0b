from __future__ import annotations

from itertools import islice

import pytest

from relevo.learn.proposals import Proposal, portfolio, proposals
from relevo.learn.registry import SEARCHED, learner


@pytest.mark.parametrize("n_classes", [0, 2, 7])
def test_every_configuration_of_the_portfolio_can_be_made(n_classes: int) -> None:
    begin = portfolio(n_classes)
    assert begin[0].learner == "linear"  # what every budget has time for
    assert {one.learner for one in begin} == set(SEARCHED)
    for one in begin:
        assert learner(one.learner, **one.settings).name == one.learner


def test_interpretable_configurations_are_additive() -> None:
    for one in portfolio(2, interpretable=True):
        assert one.learner in ("linear", "additive") or one.settings["leaves"] == 2


def test_after_the_portfolio_come_variations_of_the_best() -> None:
    begin = [Proposal("linear", {}), Proposal("boosting", {"leaves": 20, "l2": 1.0})]
    drawn = list(islice(proposals(begin, lambda: begin[1:], seed=3), 30))
    assert drawn[:2] == begin
    assert {one.learner for one in drawn[2:]} == {"boosting"}
    leaves = {one.settings["leaves"] for one in drawn[2:]}
    assert len(leaves) > 10
    assert all(4 <= count <= 255 for count in leaves)
    assert len({one.settings["seed"] for one in drawn[2:]}) == 28


def test_a_variation_of_stumps_stays_one() -> None:
    begin = [Proposal("boosting", {"leaves": 2, "learning_rate": 0.1})]
    drawn = list(islice(proposals(begin, lambda: begin, seed=0), 20))
    assert {one.settings["leaves"] for one in drawn} == {2}


def test_the_same_seed_varies_in_the_same_way() -> None:
    begin = [Proposal("boosting", {"leaves": 20})]
    first, second = (list(islice(proposals(begin, lambda: begin, seed=5), 9)) for _ in range(2))
    assert first == second


def test_without_a_best_there_is_nothing_to_vary() -> None:
    begin = [Proposal("linear", {})]
    assert list(proposals(begin, lambda: [], seed=0)) == begin
