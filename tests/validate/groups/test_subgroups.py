from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.learn.learner import Prediction
from relevo.score.metrics import METRICS
from relevo.validate.groups.groups import Groups
from relevo.validate.groups.subgroups import subgroup_figures
from relevo.validate.groups.subgroups_section import subgroups_section


def world(rng, rows=1500, worse=0.0):
    """Two classes, well calibrated but in group b, where chances are pulled to the middle."""
    city = rng.choice(["a", "b", "c"], rows, p=[0.5, 0.3, 0.2])
    age = rng.uniform(18, 80, rows)
    chance = rng.beta(1, 1, rows)
    target = (rng.random(rows) < chance).astype(float)
    said = np.where(city == "b", chance + worse * (0.5 - chance), chance)
    groups = [Groups.of(pl.Series("city", city)), Groups.of(pl.Series("age", age))]
    return target, Prediction((said > 0.5) * 1.0, np.column_stack([1 - said, said])), groups


def test_the_figures_are_those_of_each_part():
    rng = np.random.default_rng(0)
    target, prediction, groups = world(rng)
    found = subgroup_figures("classification", target, prediction, groups, first="roc_auc")
    assert [one.column for one in found.groups] == ["city"] * 3 + ["age"] * 4
    assert sum(one.rows for one in found.groups[:3]) == 1500
    held = groups[0].codes == 1
    first = found.groups[1]
    auc = METRICS["roc_auc"].function
    inside, outside = (auc(target[side], prediction.probabilities[side]) for side in (held, ~held))
    assert first.evidence["roc_auc"].value == pytest.approx(inside)
    assert first.difference == pytest.approx(inside - outside)
    assert first.interval[0] < first.difference < first.interval[1]


@pytest.mark.parametrize("metric", ["log_loss", "roc_auc"])
def test_equally_good_everywhere_is_seldom_called_worse(metric):
    called = 0
    for seed in range(40):
        target, prediction, groups = world(np.random.default_rng(seed), 600)
        found = subgroup_figures("classification", target, prediction, groups, first=metric)
        called += bool(found.apart)
    # .05 and three binomial standard errors (.034 each)
    assert called / 40 <= 0.155


def test_a_worse_part_is_called_so_in_words():
    target, prediction, groups = world(np.random.default_rng(1), 4000, worse=0.9)
    found = subgroup_figures("classification", target, prediction, groups)
    assert [one.name.split()[-1] for one in found.worse] == ["b"]
    assert "log_loss" in found.said("es")[0]
    sections = subgroups_section(found, "es")
    assert len(sections) == 2
    assert sections[0].blocks[0].tone == "warning"


def test_a_part_with_one_class_is_shown_and_not_tested():
    rng = np.random.default_rng(2)
    target, prediction, _ = world(rng, 400)
    groups = [Groups.of(pl.Series("outcome", target))]
    found = subgroup_figures("classification", target, prediction, groups, first="roc_auc")
    assert np.isnan(found.groups[0].evidence["roc_auc"].value)
    assert np.isnan(found.groups[0].p_value)
    assert found.apart == ()


def test_a_regression_by_blocks():
    rng = np.random.default_rng(3)
    blocks = np.repeat(np.arange(40), 25)
    off = np.repeat(rng.normal(size=40), 25)
    target = off + rng.normal(scale=0.1, size=1000)
    prediction = Prediction(np.zeros(1000))
    groups = [Groups.of_labels("site", (blocks < 20).astype(int))]
    alone, together = (
        subgroup_figures("regression", target, prediction, groups, blocks=by).groups[0]
        for by in (None, blocks)
    )
    width = [one.interval[1] - one.interval[0] for one in (alone, together)]
    assert width[1] > 3 * width[0]  # 40 sites tell less than 1,000 rows


def test_all_rows_alike_make_no_part():
    target, prediction, _ = world(np.random.default_rng(4), 300)
    groups = [Groups.of(pl.Series("all", ["x"] * 300))]
    assert subgroup_figures("classification", target, prediction, groups).groups == ()
