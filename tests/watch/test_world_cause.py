"""What other rows explain of the loss, and what only a changed relation does."""

from __future__ import annotations

from collections import Counter

import numpy as np
import polars as pl
import pytest

from relevo.watch.explain_loss import ExplainedLoss, Outcomes, explain_loss
from relevo.watch.world_cause import world_cause


def rows(seed: int, count: int, shift: float = 0.0, changed: bool = False) -> Outcomes:
    """The outcome's spread grows with x, the model predicts its mean; z is of no importance."""
    rng = np.random.default_rng(seed)
    x, z = rng.normal(shift, 1, count), rng.normal(shift, 1, count)
    noise = rng.normal(size=count) * np.exp(0.4 * x)
    target = 2 * x + noise + (1.2 * np.sin(3 * x) + 0.8 if changed else 0.0)
    return Outcomes(pl.DataFrame({"x": x, "z": z}), 2 * x, target)


def unimportant(seed: int, count: int) -> Outcomes:
    drawn = rows(seed, count)
    return Outcomes(drawn.rows.with_columns(pl.col("z") + 1.0), drawn.prediction, drawn.target)


WORLDS = {
    "population": lambda seed: rows(seed, 800, shift=0.8),
    "relation": lambda seed: rows(seed, 800, changed=True),
    "harmless": lambda seed: unimportant(seed, 800),
}


@pytest.mark.parametrize("kind", WORLDS)
def test_planted_worlds_are_named(kind: str) -> None:
    """6 of each; the relation is said to have changed in 5 % of the others, by its own level."""
    named = Counter(
        world_cause(explain_loss("regression", rows(seed, 1_500), WORLDS[kind](100 + seed))).kind
        for seed in range(6)
    )
    assert named[kind] >= 5, named  # type: ignore[index]


def test_without_labels_the_relation_is_not_judged() -> None:
    moved = rows(5, 1_500, shift=1.0, changed=True)
    found = explain_loss("regression", rows(1, 3_000), Outcomes(moved.rows, moved.prediction))
    assert found is not None
    assert (found.now, found.left, found.p_value) == (None, None, None)
    cause = world_cause(found)
    assert (cause.kind, cause.confidence) == ("population", "possible")
    assert "cannot be known without labels" in cause.text()


def test_too_few_rows_say_nothing() -> None:
    assert explain_loss("regression", rows(0, 500), rows(1, 9)) is None
    assert world_cause(None).kind == "unknown"
    far = ExplainedLoss(0.4, 0.5, 0.1, 0.9, (0.2, 0.6), 1e-5, 800, 4.0)
    assert world_cause(far).kind == "unknown"


def test_rows_of_one_day_count_as_one() -> None:
    days = np.repeat(np.arange(10), 60)
    luck = np.random.default_rng(3).normal(size=10)[days]
    before = rows(0, 600)
    now = Outcomes(before.rows, before.prediction, before.prediction + 2.0 * luck, days)
    alone = Outcomes(before.rows, before.prediction, now.target)
    left, left_alone = (explain_loss("regression", before, one) for one in (now, alone))
    assert left is not None
    assert left_alone is not None
    assert left.left is not None
    assert left_alone.left is not None
    assert np.ptp(left.left) > 1.5 * np.ptp(left_alone.left)
