from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.errors import DataMistake
from relevo.validate.groups.slices import worst_slices
from relevo.validate.groups.slices_section import slices_section
from relevo.words import use_language


@pytest.fixture(autouse=True)
def english():
    use_language("en")
    yield
    use_language(None)


def frame(rng, rows):
    numbers = {f"n{at}": rng.normal(size=rows) for at in range(4)}
    words = {f"c{at}": rng.choice(list("abcd"), rows) for at in range(3)}
    return pl.DataFrame({**numbers, **words})


def test_a_planted_slice_is_found_as_the_pair_that_it_is():
    rng = np.random.default_rng(0)
    rows = frame(rng, 8000)
    bad = ((rows["n1"] > 0.5) & (rows["c2"] == "c")).to_numpy()
    (found,) = worst_slices(rng.exponential(size=8000) * (1 + bad), rows)
    first, second = found.conditions
    assert (first.column, first.form) == ("n1", "above")
    assert first.low == pytest.approx(0.5, abs=0.15)  # a twentieth of the rows is .15 there
    assert (second.column, second.value) == ("c2", "c")
    assert found.interval[0] < 1.0 < found.interval[1]  # what was planted
    assert found.said().startswith(f"{first.text} and c2 = c: loss ")


def test_one_condition_is_enough_where_the_second_adds_nothing():
    rng = np.random.default_rng(1)
    rows = frame(rng, 6000)
    (found,) = worst_slices(rng.exponential(size=6000) + (rows["c0"] == "a").to_numpy(), rows)
    assert [one.text for one in found.conditions] == ["c0 = a"]


def test_two_slices_are_both_found():
    rng = np.random.default_rng(2)
    rows = frame(rng, 12_000)
    one = ((rows["n0"] < -1) & (rows["c0"] == "a")).to_numpy()
    other = ((rows["n3"] > 1) & (rows["c1"] == "b")).to_numpy()
    found = worst_slices(rng.exponential(size=12_000) + 2 * one + other, rows)
    assert [one.p_value < 1e-6 for one in found] == [True, True]
    assert [{part.column for part in one.conditions} for one in found] == [
        {"n0", "c0"},
        {"n3", "c1"},
    ]


def test_noise_has_no_slice():
    said = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        said += bool(worst_slices(rng.exponential(size=1000), frame(rng, 1000), seed=seed))
    # .05 and three binomial standard errors (.028 each)
    assert said / 60 <= 0.135


def test_blocks_stay_whole():
    """A loss that belongs to whole blocks: rows alone would make slices of it."""
    said = 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        block = np.repeat(np.arange(60), 40)
        of_block = rng.normal(size=60)
        rows = pl.DataFrame({"x": of_block[block] + 0.01 * rng.normal(size=2400)})
        loss = rng.exponential(size=60)[block] + 0.1 * rng.exponential(size=2400)
        said += bool(worst_slices(loss, rows, block, seed=seed))
    assert said / 30 <= 0.17  # .05 and three binomial standard errors (.04 each)


def test_few_rows_or_nothing_to_cut_say_nothing():
    rng = np.random.default_rng(3)
    assert worst_slices(rng.random(150), frame(rng, 150)) == ()
    assert worst_slices(rng.random(500), pl.DataFrame({"c": ["a"] * 500})) == ()
    assert worst_slices(np.zeros(500), frame(rng, 500)) == ()


def test_missing_values_can_be_a_slice():
    rng = np.random.default_rng(4)
    rows = frame(rng, 4000).with_columns(
        n0=pl.when(pl.Series(rng.random(4000) < 0.1)).then(None).otherwise(pl.col("n0"))
    )
    (found,) = worst_slices(rng.exponential(size=4000) + rows["n0"].is_null().to_numpy(), rows)
    assert found.text == "n0 is missing"


def test_losses_that_are_no_numbers_are_a_mistake():
    with pytest.raises(DataMistake):
        worst_slices([np.nan] * 10, pl.DataFrame({"a": range(10)}))


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_section(lang):
    rng = np.random.default_rng(5)
    rows = frame(rng, 3000)
    found = worst_slices(rng.exponential(size=3000) + (rows["c0"] == "a").to_numpy(), rows)
    assert len(slices_section(found, lang).blocks) == 3
    assert slices_section((), lang).blocks[0].tone == "good"
