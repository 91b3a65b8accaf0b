from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.compute.budget import Budget
from relevo.errors import DataMistake
from relevo.score.metrics import METRICS
from relevo.validate.elsewhere.shifted import shifted
from relevo.validate.target.population import Population

AREA, LOSS = METRICS["roc_auc"], METRICS["log_loss"]


def rows(random, count: int, middle: float):
    """The model ranks well where `z` is low; in the target population `z` is higher."""
    x, z = random.normal(size=count), random.normal(middle, 1, count)
    slope = 2.5 / (1 + np.exp(1.5 * z))
    happens = random.random(count) < 1 / (1 + np.exp(-slope * x))
    said = 1 / (1 + np.exp(-x))
    return pl.DataFrame({"x": x, "z": z}), happens.astype(float), np.column_stack([1 - said, said])


def test_a_population_in_which_the_model_ranks_worse_is_warned_of():
    random = np.random.default_rng(0)
    here, outcome, said = rows(random, 1500, 0.0)
    there, _, _ = rows(random, 1000, 1.0)
    _, happened, saying = rows(random, 100_000, 1.0)
    area, loss = shifted(here, outcome, said, there, [AREA, LOSS])
    truth = AREA.function(happened, saying)
    assert area.interval[0] <= truth <= area.interval[1]
    assert abs(area.value - truth) < 0.5 * abs(area.unweighted - truth)
    assert area.warning
    assert loss.warning
    assert area.gap_interval[1] < 0 < loss.gap_interval[0]
    assert 200 < area.effective_rows < 1200
    assert area.text.startswith("Expect AUC 0.")
    assert area.said("es").startswith("Espere AUC 0.")


def test_the_same_population_is_not_warned_of():
    random = np.random.default_rng(1)
    here, outcome, said = rows(random, 600, 0.0)
    there, _, _ = rows(random, 400, 0.0)
    (found,) = shifted(here, outcome, said, there, [AREA])
    assert not found.warning
    assert found.effective_rows > 400
    assert "no worse beyond noise" in found.text


def test_estimated_weights_are_less_sure_than_known_ones():
    random = np.random.default_rng(2)
    here, outcome, said = rows(random, 600, 0.0)
    there, _, _ = rows(random, 300, 1.0)
    spent = Budget(1.0)
    spent.stop()
    (learnt,) = shifted(here, outcome, said, there, [AREA])
    (known,) = shifted(here, outcome, said, there, [AREA], budget=spent)
    assert learnt.value == known.value
    assert np.ptp(learnt.interval) != np.ptp(known.interval)
    assert known.interval[0] < known.value < known.interval[1]


def test_weights_of_the_rows_count_on_top():
    random = np.random.default_rng(3)
    here, outcome, said = rows(random, 400, 0.0)
    even = Population(None, None, np.ones(400), 400.0, ())
    spent = Budget(1.0)
    spent.stop()
    half = (np.arange(400) < 200).astype(float)
    (found,) = shifted(here, outcome, said, here, [LOSS], weight=half, found=even, budget=spent)
    assert found.value == pytest.approx(LOSS.function(outcome[:200], said[:200]))
    assert found.effective_rows == pytest.approx(200)


def test_populations_without_overlap_are_refused():
    random = np.random.default_rng(4)
    here, outcome, said = rows(random, 300, 0.0)
    there, _, _ = rows(random, 300, 40.0)
    with pytest.raises(DataMistake) as refused:
        shifted(here, outcome, said, there, [AREA])
    assert refused.value.key == "elsewhere.no_overlap"
    assert "nothing in common" in refused.value.parts("en")["came"]
    assert "nada en común" in refused.value.parts("es")["came"]


def test_lengths_that_differ_are_refused():
    random = np.random.default_rng(5)
    here, outcome, said = rows(random, 100, 0.0)
    with pytest.raises(DataMistake) as refused:
        shifted(here, outcome[:-1], said, here, [AREA])
    assert refused.value.key == "score.lengths"


@pytest.mark.parametrize("stopped", [False, True])
def test_rows_that_repeat_each_other_do_not_count_as_many(stopped):
    random = np.random.default_rng(5)
    here, outcome, said = rows(random, 300, 0.0)
    there, _, _ = rows(random, 300, 0.3)
    four = np.repeat(np.arange(300), 4)
    budget = Budget(60.0)
    if stopped:
        budget.stop()
    common = here[four], outcome[four], said[four], there, [AREA]
    (alone,) = shifted(*common, budget=budget)
    (together,) = shifted(*common, blocks=four, budget=budget)
    reach = [one.interval[1] - one.interval[0] for one in (alone, together)]
    # Four copies of each row halve the error if they are taken as independent.
    assert 1.4 < reach[1] / reach[0] < 2.8
