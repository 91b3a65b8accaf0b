import polars as pl
import pytest

from relevo.data.profile_mixed import mixed


def test_numbers_with_a_few_words_between():
    found = mixed(pl.Series(["1", "2.5", " 3 ", "1e3", "n/a", None, *["7"] * 20]))
    assert (found.reads_as, found.others, found.examples) == ("number", 1, ("n/a",))


def test_two_ways_of_writing_a_date_are_counted():
    values = [f"2024-01-{day:02d}" for day in range(1, 31)]
    values += [f"{day:02d}/01/2024" for day in range(1, 31)]
    found = mixed(pl.Series(values))
    assert dict(found.formats) == {"2024-01-31": 30, "31/01/2024": 30}
    assert found.others == 0


def test_days_and_months_in_both_orders_are_two_ways():
    # 05/04/2024 fits both: it goes with the order that more rows need.
    found = mixed(pl.Series(["31/01/2024", "30/01/2024", "05/04/2024", "01/31/2024"]))
    assert found.formats == (("31/01/2024", 3), ("01/31/2024", 1))


def test_times_behind_a_date_and_dates_that_do_not_exist():
    found = mixed(pl.Series(["31.01.2024 10:15"] * 9 + ["99.99.2024"]))
    assert found.formats == (("31.01.2024", 9),)
    assert found.examples == ("99.99.2024",)


@pytest.mark.parametrize(
    "values",
    [
        [],
        [None, None],
        ["a", "b", "1"],
        ["08001", "28001"],  # all are numbers: nothing is mixed
        ["1"] * 7 + ["x", "y", "z"],  # 70 %
        ["2024-01-31"] * 7 + ["x", "y", "z"],
        ["31-01-24"] * 9,  # a year of two digits is no year
    ],
)
def test_other_text_is_left_alone(values):
    assert mixed(pl.Series(values, dtype=pl.String)) is None


def test_counts_come_from_all_rows_not_from_the_first_look():
    values = pl.Series(["1"] * 9000 + ["?"] * 1000)
    assert {mixed(values, seed).others for seed in range(3)} == {1000}
