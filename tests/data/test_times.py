from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from relevo.data.times import with_times
from relevo.errors import DataMistake


def test_dates_and_moments_stay_as_they_are() -> None:
    for value in (date(2025, 1, 31), datetime(2025, 1, 31, 7)):
        frame = pl.DataFrame({"at": [value], "x": [1]})
        assert with_times(frame, "at").equals(frame)


def test_several_forms_of_iso_8601_are_read_together() -> None:
    told = ["2025-01-31", "2025-01-31T07:30", "2025-01-31 07:30:00.5", "2025-01-31T09:30:00+02:00"]
    read = with_times(pl.DataFrame({"at": told}), "at")["at"]
    assert read.dtype == pl.Datetime("us")
    assert [moment.hour for moment in read] == [0, 7, 7, 7]


@pytest.mark.parametrize(
    ("values", "rows", "examples"),
    [
        (["2025-01-31", "31/01/2025", "31/01/2025", None], 2, "31/01/2025"),
        ([2025, 2026, None, 2025], 3, "2025, 2026"),
        ([True, None, None, None], 1, "true"),
    ],
)
def test_what_is_no_time_is_counted_and_shown(
    values: list[object], rows: int, examples: str
) -> None:
    with pytest.raises(DataMistake) as caught:
        with_times(pl.DataFrame({"at": values}), "at", missing=True)
    assert caught.value.key == "data.not_times"
    assert (caught.value.values["rows"], caught.value.values["of"]) == (rows, 4)
    assert caught.value.values["examples"] == examples


def test_a_missing_time_is_a_mistake_unless_it_may_be_missing() -> None:
    frame = pl.DataFrame({"at": [None, "2025-01-31"]})
    with pytest.raises(DataMistake, match="1 of 2 rows"):
        with_times(frame, "at")
    assert with_times(frame, "at", missing=True)["at"].null_count() == 1
