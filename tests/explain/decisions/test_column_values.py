from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from relevo.data.conform import conform
from relevo.data.contract import learn_contract
from relevo.explain.decisions.column_features import ColumnFeatures
from relevo.explain.decisions.column_values import ColumnValues
from relevo.prepare.preparation import Preparation
from relevo.problem.problem import Columns

FRAME = pl.DataFrame(
    {
        "size": [float(size) / 4 for size in range(400)],
        "count": [count % 7 for count in range(400)],
        "kind": ["a", "b", "c", "d"] * 100,
        "fit": [True, False] * 200,
        "when": [date(2020 + day % 4, 1 + day % 12, 1 + day % 28) for day in range(400)],
        "words": [f"some words about number {n} and much else that is said" for n in range(400)],
        "y": [0.0, 1.0] * 200,
    }
)
CONTRACT = learn_contract(FRAME, "y", columns=Columns(text=("words",)))
PREPARATION = Preparation.fit(conform(FRAME, CONTRACT), CONTRACT)
FEATURES = ColumnFeatures(PREPARATION)


def values_of(column: str, seen: bool = True, spread: float = 2.0) -> ColumnValues:
    steps = [step for step in PREPARATION.steps if step.column == column]
    rows = conform(FRAME, CONTRACT)[column] if seen else None
    return ColumnValues.of(CONTRACT[column], steps, FEATURES, spread, rows)


def test_numbers_change_to_those_that_occur_in_units_of_their_spread() -> None:
    moves = values_of("size").moves(50.0)
    assert set(moves.values) == set(FRAME["size"]) - {50.0}
    assert moves.distances.tolist() == [abs(value - 50.0) / 2.0 for value in moves.values]
    assert moves.features[:, 0].tolist() == list(moves.values)
    assert len(moves.coarse) == 32  # tried first; all others when one of these turns the decision


@pytest.mark.parametrize(("direction", "values"), [("up", [5, 6]), ("down", [0, 1, 2, 3])])
def test_numbers_keep_their_direction_and_their_kind(direction: str, values: list[int]) -> None:
    moves = values_of("count").moves(4, direction)  # type: ignore[arg-type]
    assert list(moves.values) == values
    assert all(type(value) is int for value in moves.values)


def test_without_rows_numbers_stay_in_the_usual_range_and_whole_ones_whole() -> None:
    low, high = CONTRACT["size"].level or (0.0, 0.0)
    moves = values_of("size", seen=False).moves(50.0)
    assert len(moves.values) > 100
    assert low - 0.1 <= min(moves.values) <= max(moves.values) <= high + 0.1
    assert list(values_of("count", seen=False).moves(3).values) == [0, 1, 2, 4, 5, 6]


def test_categories_and_booleans_change_to_all_others() -> None:
    for seen in (True, False):
        assert sorted(values_of("kind", seen).moves("b").values) == ["a", "c", "d"]
        assert values_of("fit", seen).moves(True).values == (False,)
    assert sorted(values_of("kind").moves("unheard of").values) == ["a", "b", "c", "d"]
    assert values_of("kind").moves("b").distances.tolist() == [1.0, 1.0, 1.0]


def test_categories_have_no_direction() -> None:
    assert values_of("kind").moves("b", "up").values == ()


def test_what_is_fixed_does_not_move() -> None:
    assert values_of("size").moves(3.0, "none").values == ()


def test_a_missing_value_can_become_any() -> None:
    moves = values_of("count").moves(None, "up")
    assert list(moves.values) == [float(count) for count in range(7)]
    assert set(moves.distances) == {1.0}


def test_times_change_to_those_that_occur_in_the_form_of_the_row() -> None:
    before = "2021-05-01"
    later = values_of("when").moves(before, "up")
    assert all(isinstance(value, str) and value > before for value in later.values)
    assert later.rises.all()
    dates = values_of("when").moves(datetime(2021, 5, 1), "down")
    assert all(isinstance(value, date) and value < date(2021, 5, 1) for value in dates.values)
    assert values_of("when", seen=False).moves(before).values == ()


def test_texts_stay() -> None:
    assert values_of("words").moves("some words").values == ()


def test_values_are_apart_when_they_are_half_a_spread_apart() -> None:
    moves = values_of("count").moves(3)
    assert moves.values == (0, 1, 2, 4, 5, 6)
    assert moves.apart(0, 1)  # 1 of a spread of 2
    assert not values_of("count", spread=4.0).moves(3).apart(0, 1)
    kinds = values_of("kind").moves("a")
    assert kinds.apart(0, 1)
    assert not kinds.apart(1, 1)
