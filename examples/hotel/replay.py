"""Hotel prices, month by month: how the error of the renewed model compares with the first one's.

First the summer of 2016 says how often an update pays. Then every month comes as a batch of
labelled rows: both models are judged on it, and the champion is renewed if that pays and a replica
is better.

    python examples/hotel/replay.py [--months 11] [--budget 15s] [--backtest 3m]
"""

from __future__ import annotations

import argparse
import runpy
import shutil
import warnings
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

import relevo
from relevo.model.build import evidence_of
from relevo.picture.lines import lines
from relevo.picture.page import Note, Picture, Section, Table, page
from relevo.score.evidence import Figure

FOLDER = Path(__file__).parent
CADENCES = ("never", "monthly", "fortnightly", "weekly")


@dataclass(frozen=True)
class Month:
    """A month: the error of the first model and of the champion on it, and what came of it."""

    name: str
    rows: int
    never_renewed: Figure
    champion: Figure
    version: int
    decision: str
    why: str


class Clock:
    """The time of the replay: the first moment after the newest month."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--months", type=int, default=11)
    options.add_argument("--budget", help="wall time of each training")
    options.add_argument("--backtest", default="3m", help="wall time of the backtest, at most")
    asked = options.parse_args()
    build_data()
    shutil.rmtree(FOLDER / ".relevo", ignore_errors=True)
    (FOLDER / "contract.toml").unlink(missing_ok=True)
    clock = Clock(datetime(2016, 10, 1, tzinfo=UTC))
    files = sorted((FOLDER / "data").glob("*.parquet"))[3 : 3 + asked.months]
    with relevo.Project(FOLDER, now=clock) as project:
        first = project.run(budget=asked.budget)
        print(f"version {first.champion}: RMSE {first.value:.1f} on the newest rows of the summer")
        cadence = project.backtest(CADENCES, budget=asked.backtest)
        print(cadence.why)
        print(f"{'month':8} {'rows':>5} {'never renewed':>14} {'champion':>9}  decision")
        never_renewed = project.model(first.champion)
        months = []
        for file in files:
            clock.now += timedelta(days=monthrange(clock.now.year, clock.now.month)[1])
            months.append(arrives(project, never_renewed, file, asked.budget))
        file = project.pages / "prices.html"
        file.write_text(told(months, cadence), encoding="utf-8")
        print(f"Page:    {file}\nCadence: {cadence.page}")


def arrives(
    project: relevo.Project, never_renewed: relevo.Model, file: Path, budget: str | None
) -> Month:
    """Judge both models on a month that neither has seen, then renew."""
    bookings = pl.read_parquet(file)
    champion = project.model()
    old, now = (
        evidence_of(model, bookings, file.stem)["rmse"] for model in (never_renewed, champion)
    )
    renewed = project.renew(bookings, budget=budget)
    row = f"{file.stem:8} {bookings.height:>5} {old.value:>14.1f} {now.value:>9.1f}"
    print(f"{row}  {renewed.decision}, version {renewed.champion}", flush=True)
    return Month(
        file.stem, bookings.height, old, now, champion.version, renewed.decision, renewed.why
    )


def told(months: Sequence[Month], cadence: Any) -> str:
    """The page: the error by month, each decision in its own words, and how often updates pay."""
    series = {
        "never renewed": [one.never_renewed for one in months],
        "champion": [one.champion for one in months],
    }
    picture = lines(
        [one.name for one in months],
        {name: [one.value for one in figures] for name, figures in series.items()},
        {name: [one.interval for one in figures] for name, figures in series.items()},
        title="Error by month",
        axis="RMSE, euros a night",
        marks={
            at: f"version {after.version}"
            for at, (before, after) in enumerate(pairwise(months), 1)
            if before.version != after.version
        },
        zero=True,
    )
    header = ("month", "version", "its error", "never renewed", "decision", "why")
    table = Table(
        "What each month was predicted with, and what was decided after it",
        header,
        tuple(
            (
                one.name,
                f"{one.version}",
                one.champion.value,
                one.never_renewed.value,
                one.decision,
                one.why,
            )
            for one in months
        ),
    )
    often = Table(
        "July to September 2016, replayed",
        ("cadence", "how", "squared error", "updates", "total cost"),
        tuple(
            (row.cadence, row.how, row.loss, row.updates, row.total_cost) for row in cadence.rows
        ),
    )
    sections = [
        Section("Error", (Picture(picture, "Bands: 95 % intervals over days."),)),
        Section("Decisions", (table,)),
        Section("How often an update pays", (Note(cadence.why), often)),
    ]
    lead = (
        "The price of a room, learnt from July to September 2016. Then further months arrive "
        "one by one; a replica takes over only when it is better on rows that no model has seen."
    )
    return page("Hotel: prices that move with the season", sections, "en", lead)


def build_data() -> None:
    if not list((FOLDER / "data").glob("*.parquet")):
        # Unpickling the package's data with a newer pandas warns; that is the package's affair.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            runpy.run_path(str(FOLDER / "build.py"), run_name="__main__")


if __name__ == "__main__":
    main()
