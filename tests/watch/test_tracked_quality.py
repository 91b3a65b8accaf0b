from __future__ import annotations

import numpy as np
import pytest

from relevo.errors import DataMistake, ProblemMistake
from relevo.score.metrics import METRICS
from relevo.watch.tracked_quality import TrackedQuality
from relevo.words import use_language


def two(chance):
    return np.column_stack([1 - chance, chance])


def week(rng, kept, rows=3000, labelled=None):
    """Outcomes that follow what is said to a part; the rest is luck."""
    said = rng.beta(2, 3, rows)
    true = (rng.random(rows) < 0.4 + kept * (said - 0.4)).astype(float)
    seen = true.copy()
    if labelled is not None:
        seen[labelled:] = np.nan
    return said, true, seen


def tracked(rng, metric="roc_auc"):
    said, true, _ = week(rng, 1.0)
    return TrackedQuality(metric, (said, true))


@pytest.mark.parametrize("metric", ["roc_auc", "log_loss"])
def test_few_labels_and_many_rows_say_more_than_few_labels(metric):
    rng = np.random.default_rng(0)
    follower, scored = tracked(rng, metric), METRICS[metric]
    ours, alone, held = [], [], []
    for kept in 0.55 + 0.03 * rng.normal(size=18):
        said, true, seen = week(rng, kept, labelled=200)
        found = follower.update(said, seen)
        realised = scored.function(true, two(said), None)
        ours.append(abs(found.value - realised))
        alone.append(abs(scored.function(true[:200], two(said[:200]), None) - realised))
        held.append(found.interval[0] <= realised <= found.interval[1])
    # once it has learnt, in some weeks, how fast things move
    assert np.mean(ours[5:]) < 0.8 * np.mean(alone[5:])
    assert np.mean(held) >= 0.66  # .9 less three binomial standard errors of 18 weeks


def test_a_fall_is_said_and_none_is_not():
    rng = np.random.default_rng(1)
    calm = tracked(rng)
    said = [calm.update(*week(rng, 1.0, labelled=300)[::2]) for _ in range(8)]
    assert sum(found.fallen for found in said) <= 3  # .4 expected
    falling = tracked(rng)
    for kept in (1.0, 1.0, 0.3, 0.3, 0.3):
        found = falling.update(*week(rng, kept, labelled=300)[::2], period="w")
    assert found.fallen
    assert found.expected > found.value + 0.1  # what a look without labels still believes
    assert "has fallen" in found.text


def test_without_labels_it_says_that_it_cannot_know():
    rng = np.random.default_rng(2)
    follower = tracked(rng)
    said, _, _ = week(rng, 0.0)
    found = follower.update(said)
    assert (found.knows, found.fallen, found.labelled) == (False, False, 0)
    assert "cannot be known" in found.text
    use_language("es")
    try:
        assert "No se puede saber" in follower.update(said).text
    finally:
        use_language(None)


def test_without_new_labels_it_keeps_what_it_knew_and_becomes_less_sure():
    rng = np.random.default_rng(3)
    follower = tracked(rng)
    for _ in range(3):
        last = follower.update(*week(rng, 0.4, labelled=500)[::2])
    for _ in range(6):
        later = follower.update(week(rng, 0.4)[0])
    assert later.knows
    assert later.value == pytest.approx(last.value, abs=0.05)
    wide, narrow = (found.interval[1] - found.interval[0] for found in (later, last))
    assert wide > narrow


def test_weights_undo_labels_for_high_scores():
    rng = np.random.default_rng(4)
    values = {}
    for weighted in (True, False):
        follower = tracked(rng, "accuracy")
        for _ in range(6):
            said, true, seen = week(rng, 0.5, rows=6000)
            chance = np.where(said > 0.5, 0.4, 0.05)
            seen[rng.random(6000) > chance] = np.nan
            found = follower.update(said, seen, weights=1 / chance if weighted else None)
        values[weighted] = abs(found.value - METRICS["accuracy"].function(true, two(said), None))
    assert values[True] < 0.03


def test_several_classes():
    rng = np.random.default_rng(5)
    said = rng.dirichlet(np.ones(3), 4000)
    true = (rng.random(4000)[:, None] > np.cumsum(said, axis=1)).sum(axis=1).astype(float)
    follower = TrackedQuality("accuracy", (said[:2000], true[:2000]))
    luck = true[2000:].copy()
    half = rng.random(2000) < 0.5
    luck[half] = rng.integers(0, 3, half.sum())
    found = follower.update(said[2000:], luck)
    assert found.value == pytest.approx((said[2000:].argmax(axis=1) == luck).mean(), abs=0.04)


def test_mistakes():
    rng = np.random.default_rng(6)
    with pytest.raises(ProblemMistake):
        tracked(rng, "rmse")
    follower = tracked(rng)
    for said, labels in (([], None), ([0.5], [0, 1]), ([np.nan], [1]), ([0.5], [7])):
        with pytest.raises(DataMistake):
            follower.update(said, labels)
