import numpy as np
import polars as pl
import pytest

from relevo.data.profile import profile
from relevo.errors import DataMistake, ProblemMistake
from relevo.problem.problem import Roles


@pytest.fixture
def flights():
    random = np.random.default_rng(0)
    rows = 1500
    late = random.random(rows) < 0.3
    hours = np.sort(random.integers(0, 24 * 300, rows)).astype("timedelta64[h]")
    return pl.DataFrame(
        {
            "id": [f"k{at}" for at in range(rows)],
            "when": (np.datetime64("2013-01-01") + hours).astype("datetime64[us]"),
            "arrival_delay": np.where(late, 20.0, -5.0) + random.normal(0, 3, rows),
            "distance": random.lognormal(6, 1, rows),
            "carrier": random.choice(["UA", "AA", "DL"], rows),
            "late": late,
        }
    )


def test_a_profile_tells_the_table_the_target_and_the_leak(flights):
    found = profile(flights, "late", roles=Roles(time="when", id="id"))
    assert (found.rows, len(found.columns), found.task) == (1500, 6, "classification")
    assert [suspicion.column for suspicion in found.suspicions] == ["arrival_delay"]
    assert found.rate.unit == "1w"
    assert sum(found.rate.rows) == 1500
    assert found["carrier"].distinct == 3
    with pytest.raises(KeyError):
        found["nothing"]


def test_the_same_seed_gives_the_same_profile(flights):
    assert profile(flights, "late", seed=3) == profile(flights, "late", seed=3)


def test_the_task_can_be_overridden(flights):
    stars = flights.with_columns(stars=pl.int_range(pl.len()) % 5)
    assert profile(stars, "stars").task == "classification"
    assert profile(stars, "stars", "regression").task == "regression"


def test_a_column_that_no_model_learns_from_cannot_leak(flights):
    roles = Roles(weight="arrival_delay")
    assert profile(flights, "late", roles=roles).suspicions == ()


def test_repeated_rows_and_identifiers_are_counted(flights):
    twice = pl.concat([flights, flights.head(10), flights.head(5).with_columns(distance=0.0)])
    found = profile(twice, roles=Roles(id="id"))
    assert (found.duplicate_rows, found.duplicate_ids) == (10, 15)
    nested = twice.with_columns(list=pl.concat_list("distance"))
    assert profile(nested).duplicate_rows == 10


def test_text_that_holds_only_numbers_or_dates_is_taken_as_such():
    frame = pl.DataFrame(
        {"n": ["1", "2", None], "d": ["2024-01-01", None, "2024-01-03"], "zip": ["08001", "1", "2"]}
    )
    assert [column.kind for column in profile(frame).columns] == ["integer", "date", "category"]


@pytest.mark.parametrize(
    ("target", "values", "mistake", "key"),
    [
        ("lates", None, ProblemMistake, "no_target"),
        ("y", [None] * 1500, DataMistake, "empty_target"),
        ("y", ["no"] * 1500, DataMistake, "constant_target"),
        ("y", ["no"] * 700 + ["yes"] * 799 + ["?"], DataMistake, "lone_class"),
        ("id", None, ProblemMistake, "too_many_classes"),
        ("when", None, DataMistake, "odd_target"),
    ],
)
def test_a_bad_target_is_explained(flights, target, values, mistake, key):
    frame = flights if values is None else flights.with_columns(y=pl.Series(values))
    with pytest.raises(mistake) as raised:
        profile(frame, target)
    assert raised.value.key == f"identify.{key}"


@pytest.mark.parametrize(
    "frame",
    [pl.DataFrame(), pl.DataFrame({"a": []}), pl.DataFrame({"a": []}, schema={"a": pl.String})],
)
def test_an_empty_table_has_a_profile(frame):
    found = profile(frame)
    assert (found.rows, found.duplicate_rows) == (0, 0)
    assert all(column.kind == "empty" for column in found.columns)


def test_facts_are_enough_to_identify_the_task(flights):
    facts = {fact.name: fact for fact in profile(flights).facts()}
    assert facts["late"].kind == "boolean"
    assert facts["when"].distinct > 1000
