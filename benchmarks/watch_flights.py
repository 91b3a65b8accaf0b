"""The flights of 2013 as the benchmarks of watching take them: numbers, and days from January."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from measure import ROOT

CATEGORIES = ["carrier", "origin", "dest"]
NUMBERS = [
    "distance", "departure_minute", "arrival_minute", "planned_minutes", "plane_year",
    "plane_seats", "temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip",
    "pressure", "visib",
]  # fmt: skip
SETTINGS = {
    "objective": "binary",
    "learning_rate": 0.1,
    "num_leaves": 31,
    "verbosity": -1,
    "num_threads": 1,
}


@dataclass(frozen=True)
class Flights:
    table: pl.DataFrame
    x: Any
    y: Any
    day: Any


def flights() -> Flights:
    files = sorted((ROOT / "examples" / "flights" / "data").glob("2013-*.parquet"))
    rows = pl.concat([pl.read_parquet(file) for file in files], how="vertical_relaxed")
    rows = rows.sort("scheduled", "id")
    table = rows.select(CATEGORIES + NUMBERS)
    codes = [rows[name].rank("dense").to_numpy().astype(float) for name in CATEGORIES]
    numbers = [rows[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in NUMBERS]
    date = rows["scheduled"].cast(pl.Date).cast(pl.Int32).to_numpy()
    late = (rows["late"] == "yes").to_numpy().astype(float)
    return Flights(table, np.column_stack(codes + numbers), late, date - date.min())


def learner(rows: Flights, places: Any) -> Any:
    import lightgbm

    data = lightgbm.Dataset(rows.x[places], rows.y[places], categorical_feature=[0, 1, 2])
    return lightgbm.train(SETTINGS, data, 100)
