from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from relevo.problem.problem import Problem, Renew, Roles, Source
from relevo.renew.units import units_of

ROWS = pl.DataFrame(
    {
        "time": [datetime(2025, 1, 9) - timedelta(hours=12 * i) for i in range(40)],
        "shop": [f"s{i % 15}" for i in range(40)],
        "city": [f"c{i % 3}" for i in range(40)],
    }
)


def problem(block="day", **roles):
    return Problem(
        name="p",
        task="regression",
        target="y",
        data=Source(path="x.csv"),
        roles=Roles(**roles),
        renew=Renew(block=block),
    )


@pytest.mark.parametrize(
    ("block", "roles", "name", "units", "enough"),
    [
        ("day", {"time": "time", "site": "shop"}, "day", 21, 28),
        ("week", {"time": "time"}, "week", 4, 28),
        ("day", {"site": "shop"}, "shop", 15, 12),
        ("day", {"site": "city"}, "row", 40, 100),
        ("day", {}, "row", 40, 100),
        ("city", {"time": "time"}, "city", 3, 12),
    ],
)
def test_the_unit_follows_from_what_the_columns_are(block, roles, name, units, enough):
    found = units_of(ROWS, problem(block, **roles))
    assert (found.name, found.enough) == (name, enough)
    assert len(np.unique(found.codes)) == units
    if name == "day":
        assert list(found.codes) == sorted(found.codes, reverse=True)
