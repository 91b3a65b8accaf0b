from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy import stats

from relevo.errors import DataMistake
from relevo.watch.column import Outcome, compare_column
from relevo.watch.sample import Sample
from relevo.watch.side import Side


def compared(before: object, after: object) -> tuple[Outcome, ...]:
    return compare_column("x", side(before), side(after))


def side(values: object) -> Side:
    return Sample(pl.DataFrame({"x": values})).side("x")


def both(seed: int = 0, gaps: float = 0.0) -> tuple[pl.Series, pl.Series]:
    random = np.random.default_rng(seed)
    made = []
    for rows, mean, share in ((400, 0.0, 0.1), (300, 0.3, 0.1 + gaps)):
        hit = random.random(rows) < share
        made.append(pl.Series(np.where(hit, np.nan, random.normal(mean, 1.5, rows))))
    return made[0], made[1]


def test_numbers_have_the_distances_of_scipy():
    before, after = (one.filter(one.is_not_nan()) for one in both())
    (found,) = compared(before, after)
    peer = stats.ks_2samp(before, after, method="exact")
    assert (found.kind, found.varies) == ("number", True)
    assert found.distance == pytest.approx(peer.statistic)
    assert found.p_value == pytest.approx(peer.pvalue, rel=0.05)  # its limit at these sizes
    apart = stats.wasserstein_distance(before, after)
    assert found.size == pytest.approx(apart / before.std(ddof=0))
    beyond = (after < before.min()) | (after > before.max())
    assert found.new_share == pytest.approx(beyond.mean())


def test_gaps_are_a_test_of_their_own_whose_size_has_a_sign():
    before, after = both(gaps=0.2)
    number, missing = compared(before, after)
    assert (number.kind, missing.kind) == ("number", "missing")
    assert missing.size == pytest.approx(after.is_nan().mean() - before.is_nan().mean())
    assert missing.p_value < 1e-6
    assert compared(after, before)[1].size == pytest.approx(-missing.size)


def test_few_values_are_compared_as_categories():
    random = np.random.default_rng(1)
    before, after = random.integers(0, 5, 600) * 1.0, random.integers(0, 6, 500) * 1.0
    (found,) = compared(before, after)
    assert (found.kind, found.distance) == ("category", None)
    assert found.new_share == pytest.approx(np.mean(after == 5))


@pytest.mark.parametrize("kind", ["number", "category", "missing"])
def test_a_block_is_the_difference_of_the_means_of_its_scores(kind):
    """Where all rows are sampled; the tests over all columns stand on it."""
    before, after = both(gaps=0.1)
    if kind == "category":
        random = np.random.default_rng(2)
        words = [random.choice(["a", "b", "c", None], rows, p=[0.4, 0.3, 0.2, 0.1]).tolist()
                 for rows in (400, 300)]  # fmt: skip
        before, after = (pl.Series(one, dtype=pl.String) for one in words)
    block = next(one.block for one in compared(before, after) if one.kind == kind)
    assert block.family == kind
    means = block.current.mean(axis=0) - block.reference.mean(axis=0)
    assert block.difference == pytest.approx(means, abs=1e-6)  # scores are of single precision


def test_rare_categories_take_no_part_in_the_tests_over_all_columns():
    random = np.random.default_rng(3)
    shares = [0.6, 0.38, 0.02]
    before, after = (random.choice(["a", "b", "rare"], rows, p=shares) for rows in (400, 300))
    (found,) = compared(before, after)
    assert found.block.difference.shape == (2,)
    few = random.choice(["a", "b"], 20)
    assert compared(few, few)[0].block is None


def test_what_does_not_vary_says_nothing():
    (found,) = compared([1.0] * 50, [1.0] * 40)
    assert (found.varies, found.p_value, found.size, found.block) == (False, 1.0, 0.0, None)
    (gone,) = compared([None] * 50, [None] * 40)
    assert (gone.kind, gone.varies, gone.p_value) == ("missing", False, 1.0)
    (empty,) = compared(np.arange(50.0) % 7, [None] * 40)
    assert (empty.kind, empty.size) == ("missing", 1.0)


def test_dates_names_and_running_numbers_are_not_compared():
    days = pl.date_range(pl.date(2025, 1, 1), pl.date(2025, 2, 9), eager=True)
    names = [[f"{side} {at}" for at in range(40)] for side in ("before", "after")]
    assert compared(days, days) == ()
    assert compared(*names) == ()
    assert compared(np.arange(40), np.arange(40, 80)) == ()
    # Numbers that were those of rows and are so no longer have changed.
    assert compared(np.arange(40), [3, 1, 1] * 20)[0].p_value < 0.001


def test_words_in_place_of_numbers_are_refused():
    with pytest.raises(DataMistake) as caught:
        compared([1.0, 2.0], ["a", "b"])
    assert caught.value.key == "watch.type_changed"
    assert "x" in caught.value.parts("es")["came"]
