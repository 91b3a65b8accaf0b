from __future__ import annotations

import numpy as np
import pytest

from relevo.errors import DataMistake
from relevo.validate.groups.fairness import Fairness, column_fairness
from relevo.validate.groups.fairness_section import fairness_section

# fairlearn 0.15.0's functions of these names, in an environment of its own, on `people()` with
# sensitive_features=group, without and with sample_weight
FAIRLEARN = {
    "demographic_parity_difference": (0.02704678362573104, 0.023887587822014056),
    "demographic_parity_ratio": (0.9371816638370117, 0.943646408839779),
    "equalized_odds_difference": (0.15148448043184887, 0.10326241134751774),
    "equalized_odds_ratio": (0.5366357069143447, 0.6266666666666667),
    "true_positive_rate_difference": (0.03222222222222226, 0.053184281842818426),
    "true_positive_rate_ratio": (0.9553846153846153, 0.9277496548550391),
    "false_positive_rate_difference": (0.15148448043184887, 0.10326241134751774),
    "false_positive_rate_ratio": (0.5366357069143447, 0.6266666666666667),
}


def people():
    rng = np.random.default_rng(2024)
    group = rng.choice(["a", "b", "c"], 400, p=[0.5, 0.3, 0.2])
    target = rng.random(400) < np.where(group == "a", 0.5, 0.35)
    called = rng.random(400) < np.where(target, 0.7, 0.25) + 0.1 * (group == "c")
    return target, called, group, rng.integers(1, 4, 400)


@pytest.mark.parametrize("weighted", [False, True])
def test_the_gaps_are_those_of_fairlearn(weighted):
    target, called, group, weight = people()
    found = column_fairness(target, called, group, weight=weight if weighted else None)
    assert {gap.name: gap.value for gap in found.gaps} == pytest.approx(
        {name: values[weighted] for name, values in FAIRLEARN.items()}, abs=1e-12
    )
    for gap in found.gaps:
        assert gap.interval[0] <= gap.value <= gap.interval[1]


def draw(rng, gap, rows=600):
    """Two groups that differ by a gap in the rate of being called, and a third like the first."""
    group = rng.integers(3, size=rows)
    target = rng.random(rows) < 0.4
    called = rng.random(rows) < 0.4 + gap * (group == 1)
    return target, called, group


def test_where_groups_are_alike_hardly_a_gap_is_beyond_noise():
    rng = np.random.default_rng(0)
    found = [column_fairness(*draw(rng, 0.0), seed=seed) for seed in range(150)]
    for name in ("demographic_parity_difference", "equalized_odds_difference"):
        # 95 % intervals: .05 and three binomial standard errors (.018 each)
        assert np.mean([one[name].beyond_noise for one in found]) <= 0.104


def test_the_intervals_hold_the_gap():
    rng = np.random.default_rng(1)
    found = [column_fairness(*draw(rng, 0.2), seed=seed) for seed in range(150)]
    gaps = [one["demographic_parity_difference"] for one in found]
    assert np.mean([gap.interval[0] <= 0.2 <= gap.interval[1] for gap in gaps]) >= 0.9
    assert np.mean([gap.beyond_noise for gap in gaps]) > 0.7
    ratios = [one["demographic_parity_ratio"] for one in found]
    assert np.mean([gap.interval[0] <= 2 / 3 <= gap.interval[1] for gap in ratios]) >= 0.9


def test_rows_of_a_block_are_one():
    rng = np.random.default_rng(2)
    target, called, group = draw(rng, 0.1)
    single = column_fairness(target, called, group)["demographic_parity_difference"]
    eight = (np.tile(one, 8) for one in (target, called, group))
    blocks = np.tile(np.arange(600), 8)
    repeated = column_fairness(*eight, blocks=blocks)["demographic_parity_difference"]
    assert repeated.value == pytest.approx(single.value)
    # another bootstrap of the same: 1,000 draws
    assert repeated.interval == pytest.approx(single.interval, abs=0.02)


def test_calibration_in_each_group():
    rng = np.random.default_rng(3)
    group, chance = rng.integers(2, size=4000), rng.uniform(0.2, 0.6, 4000)
    target = rng.random(4000) < chance + 0.15 * (group == 1)
    found = column_fairness(target, chance > 0.5, group, chance)
    by_name = {one.name: one for one in found.groups}
    even, low = by_name["group = 0"], by_name["group = 1"]
    assert even.calibration_interval[0] < 0 < even.calibration_interval[1]
    assert low.calibration == pytest.approx(0.15, abs=0.04)
    assert low.calibration_interval[0] > 0.1


def test_a_rate_of_no_rows_is_left_out():
    target = [True] * 20 + [False] * 20 + [False] * 20
    called = [True] * 15 + [False] * 45
    found = column_fairness(target, called, ["a"] * 30 + ["b"] * 30)
    assert np.isnan(found.groups[1].true_positive)  # b has no positive row
    assert np.isnan(found["true_positive_rate_difference"].value)
    assert found["demographic_parity_difference"].value == 0.5
    assert found.groups[0].true_positive == 0.75
    assert found["equalized_odds_difference"].value == found["false_positive_rate_difference"].value


def test_one_group_has_no_gap_and_nobody_called_no_ratio():
    found = column_fairness([1, 0] * 20, [0, 0] * 20, ["a"] * 20 + ["b"] * 20)
    assert found["demographic_parity_difference"].value == 0
    assert np.isnan(found["demographic_parity_ratio"].value)
    assert not any(gap.beyond_noise for gap in found.gaps)
    alone = column_fairness([1, 0] * 20, [1, 0] * 20, ["a"] * 40)
    assert all(np.isnan(gap.value) and not gap.beyond_noise for gap in alone.gaps)


def test_unequal_lengths_are_a_mistake():
    with pytest.raises(DataMistake):
        column_fairness([1, 0], [1, 0, 1], ["a", "b"])


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_section_names_what_is_beyond_noise(lang):
    target, called, group = draw(np.random.default_rng(4), 0.4)
    found = Fairness((column_fairness(target, called, group),))
    (section,) = fairness_section(found, lang)
    assert section.blocks[0].tone == "warning"
    calm = Fairness((column_fairness(*draw(np.random.default_rng(5), 0.0)),))
    assert [block.tone for block in fairness_section(calm, lang)[0].blocks[:1]] == ["good"]
