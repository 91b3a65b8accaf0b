from __future__ import annotations

import numpy as np
import pytest

from relevo.errors import DataMistake
from relevo.renew.duel import Duel
from relevo.renew.probation import probation

DAYS = np.repeat(np.arange(40), 5)


@pytest.mark.parametrize(
    ("change", "outcome"), [(0.5, "comes back"), (-0.5, "stays away"), (0.02, "undecided")]
)
def test_a_new_champion_that_disappoints_makes_way(change, outcome):
    rng = np.random.default_rng(0)
    former = rng.exponential(size=200)
    found = probation(former, former + change + rng.normal(0, 0.6, 200), DAYS)
    assert found.outcome == outcome


def test_the_evidence_is_that_of_a_duel_with_roles_exchanged():
    rng = np.random.default_rng(1)
    former, present = rng.exponential(size=(2, 200))
    found = probation(former, present, DAYS, alpha=0.02, min_gain=0.1).verdict
    assert found == Duel(0.02, 0.1).update(present, former, DAYS)


def test_losses_that_do_not_fit_are_explained():
    with pytest.raises(DataMistake) as caught:
        probation([1.0], [1.0, 2.0])
    assert caught.value.key == "duel.shapes"
