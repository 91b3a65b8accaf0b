from __future__ import annotations

from typing import Any

import pytest

from relevo.score.agreement import agreement


def share(yes: float) -> dict[str, Any]:
    return {"label": "yes" if yes >= 0.5 else "no", "probabilities": {"no": 1 - yes, "yes": yes}}


def test_labels_and_probabilities_are_compared() -> None:
    answered = [share(0.9), share(0.2), share(0.6), share(0.7)]
    challenger = [share(0.8), share(0.2), share(0.4), None]
    found = agreement(answered, challenger, [10, 20, None, 30], [100, 200, 300, 5])
    assert (found.rows, found.failed) == (3, 1)
    assert found.same_label == pytest.approx(2 / 3)
    assert found.difference == pytest.approx(0.1)
    assert found.difference_interval is not None
    assert found.difference_interval[0] == 0.0  # never below nothing
    assert found.same_label_interval == pytest.approx((0.2077, 0.9385), abs=1e-4)  # Wilson's
    assert (found.latency_us, found.challenger_latency_us) == (20.0, 150.0)


def test_the_interval_narrows_with_the_rows() -> None:
    def width(rows: int) -> float:
        answered = [{"value": float(n % 7)} for n in range(rows)]
        challenger = [{"value": float(n % 5)} for n in range(rows)]
        low, high = agreement(answered, challenger).difference_interval or (0, 0)
        return high - low

    assert width(3500) == pytest.approx(width(35) / 10, rel=0.05)


def test_another_label_that_is_unknown_to_the_challenger_counts_as_none() -> None:
    found = agreement([share(0.9)], [{"label": "maybe", "probabilities": {"maybe": 1.0}}])
    assert found.same_label == 0.0
    assert found.difference == pytest.approx(0.9)
    assert found.difference_interval is None  # one row tells of no spread


def test_where_nothing_was_answered_there_is_nothing_to_say() -> None:
    assert agreement([share(0.9)], [None]).difference is None
    assert agreement([], []).rows == 0
