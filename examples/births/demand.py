"""Demand per place: births by state and day, one model of all states against a model per state.

python examples/births/demand.py [--budget 20s]
"""

from __future__ import annotations

import argparse
import runpy
import shutil
from pathlib import Path

import polars as pl

import relevo
from relevo.picture import standalone
from relevo.picture.svg import element, frame, words
from relevo.train import StratifiedRegressor

FOLDER = Path(__file__).parent
ROWS = FOLDER / "data" / "births.parquet"
WIDE, HIGH = 760.0, 420.0


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--budget", default="20s")
    asked = options.parse_args()
    if not ROWS.exists():
        runpy.run_path(str(FOLDER / "build.py"), run_name="__main__")
    shutil.rmtree(FOLDER / ".relevo", ignore_errors=True)
    (FOLDER / "contract.toml").unlink(missing_ok=True)
    with relevo.open(FOLDER) as project:
        for row in project.compare(budget=asked.budget).rows:
            print(f"{row.strategy:11} RMSE {row.value:6.2f}, {row.seconds:.0f} s")
        trained = project.train(budget=asked.budget)
        explained = project.explain(trained.version)
        print(f"version {trained.version}; its states: {explained.page}")
    births = pl.read_parquet(ROWS)
    print(f"what a weekend does to a state's births: {weekend_map(births)}")


def weekend_map(births: pl.DataFrame) -> Path:
    """Counts are told by their logarithm: a coefficient is a share more or less."""
    place = ["latitude", "longitude"]
    columns = ["state", "weekend", "season", "height_of_summer"]
    model = StratifiedRegressor(segment="state", loss="poisson")
    model.fit(births[columns], births["births"])
    effect = model.coefficients().select("state", share=pl.col("weekend").exp() - 1.0)
    where = births.select("state", *place).unique("state").join(effect, on="state").sort("state")
    file = FOLDER / ".relevo" / "pages" / "weekend.svg"
    file.write_text(drawn(where) + "\n", encoding="utf-8")
    return file


def drawn(states: pl.DataFrame) -> str:
    """A dot for each state of the mainland, as large as its weekends are quiet."""
    parts = [words(0, 16, "births on weekends, against other days", "label")]
    mainland = states.filter(pl.col("longitude") > -130)
    for row in mainland.iter_rows(named=True):
        x = 30 + (row["longitude"] + 125) / 60 * (WIDE - 60)
        y = 50 + (49.5 - row["latitude"]) / 25 * (HIGH - 70)
        parts.append(element("circle", class_="soft", cx=x, cy=y, r=40 * abs(row["share"])))
        parts.append(words(x, y + 4, f"{row['state']} {row['share']:+.0%}", anchor="middle"))
    return standalone(frame("Births on weekends, by state", WIDE, HIGH, parts))


if __name__ == "__main__":
    main()
