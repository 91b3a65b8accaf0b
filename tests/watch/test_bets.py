from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from relevo.watch.bets import Bets, calibrated


def test_an_e_value_is_worth_its_stake_where_nothing_changed():
    # by the logarithm of p, for most of the worth lies in very small ones
    worth = quad(lambda log: calibrated(np.exp(log)) * np.exp(log), np.log(1e-12), 0)[0]
    assert worth == pytest.approx(1 - 1 / np.log(1e12), abs=1e-3)  # the rest is below 1e-12
    p = np.geomspace(1e-14, 1, 200)
    assert (np.diff([calibrated(one) for one in p]) <= 0).all()


def test_money_is_one_at_first_and_seldom_reaches_the_threshold():
    rng = np.random.default_rng(0)
    reached = 0
    for _ in range(600):
        bets = Bets(120)
        assert bets.money == 1
        most = 0.0
        for p_value in rng.random(120):
            bets = bets.after(p_value)
            most = max(most, bets.money)
        reached += most >= 20
    assert reached / 600 <= 0.05


def test_a_change_is_found_and_dated():
    rng = np.random.default_rng(1)
    days, dated = [], []
    for _ in range(40):
        bets, day = Bets(365), 0
        while bets.money < 20:
            bets = bets.after(rng.random() ** (6 if day >= 50 else 1))
            day += 1
        days.append(day - 50)
        dated.append(bets.began - 50)
    assert 1 <= np.median(days) <= 8
    assert abs(np.median(dated)) <= 1


def test_after_the_last_start_there_is_no_fresh_money():
    bets = Bets(2)
    for _ in range(5):
        bets = bets.after(1.0)
    assert bets.money == pytest.approx(0.5**5 / 2 + 0.5**4 / 2)


def test_evidence_beyond_measure_stays_finite():
    bets = Bets(1)
    for _ in range(200):
        bets = bets.after(0.0)
    assert np.isfinite(bets.money)
    assert np.isfinite(bets.run)
    assert bets.began == 0
