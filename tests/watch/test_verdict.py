from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from relevo.watch.column import Outcome, compare_column
from relevo.watch.reference import Reference
from relevo.watch.verdict import verdict


def outcomes_of(before, after):
    first, second = Reference.of(before), Reference.of(after)
    return [
        one
        for name in first.columns
        for one in compare_column(name, first.side(name), second.side(name))
    ]


def p_of(rng, rows=(150, 100), columns=6, common=0.8, shift=0.0, discrete=False):
    samples = []
    for n in rows:
        values = np.sqrt(common) * rng.normal(size=(n, 1))
        values = values + np.sqrt(1 - common) * rng.normal(size=(n, columns))
        samples.append(np.floor(2 * values) if discrete else values)
    return verdict(outcomes_of(samples[0], samples[1] + shift), rows)


@pytest.mark.parametrize("common", [0.0, 0.3, 0.8])
def test_small_p_values_come_as_often_as_they_say_whatever_the_dependence(common):
    rng = np.random.default_rng(int(10 * common))
    p_values = np.array([p_of(rng, common=common) for _ in range(400)])
    for level in (0.05, 0.1, 0.2):
        # three binomial standard errors
        assert np.mean(p_values <= level) == pytest.approx(
            level, abs=3 * np.sqrt(level * (1 - level) / 400)
        )


def test_columns_that_are_copies_count_once():
    rng = np.random.default_rng(5)
    p_values = [p_of(rng, columns=5, common=1.0, discrete=True) for _ in range(300)]
    assert 0.012 <= np.mean(np.array(p_values) <= 0.05) <= 0.088  # three standard errors


def test_a_single_test_is_its_own_verdict():
    assert verdict([Outcome("x", "number", 0.1, 0.03)], (10, 10)) == 0.03
    assert verdict([Outcome("x", "number", 0.0, 1.0, varies=False)], (10, 10)) == 1.0


def test_tests_without_scores_and_further_ones_are_taken_as_independent():
    tests = [Outcome(f"c{at}", "category", 0.1, p) for at, p in enumerate([0.2, 0.9, 0.01])]
    found = verdict(tests, (50, 50), extra=[0.5])
    rng = np.random.default_rng(0)
    drawn = np.array(
        [
            verdict(
                [Outcome(f"c{at}", "category", 0.1, p) for at, p in enumerate(rng.random(3))],
                (50, 50),
                extra=[rng.random()],
            )
            for _ in range(400)
        ]
    )
    assert stats.kstest(drawn, "uniform").pvalue > 0.001  # one seed in a thousand would fail
    assert verdict(tests, (50, 50), extra=[0.001]) < found


def test_small_ones_go_on_in_proportion():
    tests = [Outcome(f"c{at}", "category", 0.1, 0.4) for at in range(5)]
    first, second = (verdict(tests, (50, 50), extra=[p]) for p in (1e-6, 1e-9))
    assert second == pytest.approx(first / 1000, rel=0.01)
    assert 0 < second < 1e-7
