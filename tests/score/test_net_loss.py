from __future__ import annotations

import numpy as np
import pytest

from relevo.score.metrics import row_losses
from relevo.score.net_loss import net_losses


def test_hard_days_weigh_no_more_than_others():
    rng = np.random.default_rng(0)
    day = np.repeat(np.arange(60), 300)
    hard = rng.uniform(0.02, 0.5, 60)[day]
    target = (rng.random(len(day)) < hard).astype(float)
    said = np.column_stack([1 - hard, hard])
    net, gross = net_losses(target, said, day), row_losses("classification", target, said)
    spread = [np.std([values[day == d].mean() for d in range(60)]) for values in (net, gross)]
    assert spread[0] < spread[1] / 10
    assert np.mean(net) == pytest.approx(0.0, abs=0.005)


def test_units_are_their_own():
    target, said = np.array([0.0, 0, 1, 1]), np.full((4, 2), 0.5)
    apart, together = (net_losses(target, said, units) for units in ([1, 1, 2, 2], [1] * 4))
    assert (apart > together).all()
    assert together == pytest.approx(np.zeros(4))
