"""Turn the wheel on real flights: train on January to March, then let the months arrive one by one.

First the history says how often an update pays. Then each month is predicted over HTTP, its
outcomes come as labels, the newest window is watched, the policy decides whether replicas are worth
training, and one takes over if it is better. Beside it runs a copy of the first champion that is
never renewed. Nothing is left running, unless `--keep-serving` is given.

    python examples/flights/demo.py [--months 9] [--budget 20s] [--backtest 60s] [--keep-serving]
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import relevo
from relevo.picture.bars import bars
from relevo.picture.lines import lines
from relevo.picture.page import Note, Picture, Section, Table, page
from relevo.picture.style import standalone
from relevo.score.intervals import interval
from relevo.score.metrics import metric
from relevo.serve.client import Client
from relevo.words import language

FOLDER = Path(__file__).parent
CADENCES = ("never", "monthly", "fortnightly", "weekly")
NEVER, RENEWED = "never renewed", "renewed"


@dataclass(frozen=True)
class Month:
    """A month that arrived: ROC AUC of both models with its interval, and what came of it."""

    name: str
    version: int
    auc: dict[str, tuple[float, float, float]]
    decision: str


class Clock:
    """The time of the replay: the first moment after the newest month."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--months", type=int, default=9, choices=range(1, 10))
    options.add_argument("--budget", default="20s", help="wall time of each training")
    options.add_argument("--backtest", default="60s", help="wall time of the backtest")
    options.add_argument(
        "--keep-serving", action="store_true", help="serve until Ctrl-C at the end"
    )
    asked = options.parse_args()
    shutil.rmtree(FOLDER / ".relevo", ignore_errors=True)
    (FOLDER / "contract.toml").unlink(missing_ok=True)
    clock = Clock(first_of(4))
    with relevo.Project(FOLDER, now=clock) as project:
        first = project.run(budget=asked.budget)
        print(
            f"champion {first.champion}: {first.metric} {first.value:.3f} "
            f"({first.interval[0]:.3f} to {first.interval[1]:.3f})"
        )
        print("  " + ", ".join(f"{row.step} {row.seconds:.1f} s" for row in first.steps))
        cadence = how_often(project, asked.backtest)
        never_renewed = project.model(first.champion)
        months = []
        with project.serving() as endpoint:
            print(f"serving at {endpoint.url}")
            for number in range(4, 4 + asked.months):
                clock.now = first_of(number + 1)
                months.append(
                    turn(project, never_renewed, endpoint, f"2013-{number:02d}", asked.budget)
                )
        report(project, months, cadence)
        if asked.keep_serving:
            project.serve()


def first_of(month: int) -> datetime:
    return datetime(2013 + month // 13, (month - 1) % 12 + 1, 1, tzinfo=UTC)


def how_often(project: relevo.Project, budget: str) -> Any:
    """Replay January to March under some cadences: what the policy decides by from now on."""
    found = project.backtest(CADENCES, budget=budget)
    print(f"\nbacktest of {found.rows_replayed:,} flights in {found.seconds:.0f} s")
    for row in found.rows:
        cost = f"{row.updates:>2} updates, total cost {row.total_cost:,.0f}"
        print(f"  {row.cadence:12} {row.how:10} log loss {row.loss:.4f}, {cost}")
    print(f"  {found.why}")
    return found


def turn(
    project: relevo.Project, never_renewed: relevo.Model, endpoint: Client, month: str, budget: str
) -> Month:
    """One turn of the wheel: a month arrives."""
    flights = pl.read_parquet(FOLDER / "data" / f"{month}.parquet")
    clock = [time.perf_counter()]
    served = endpoint.predict(flights.drop("late"))
    clock.append(time.perf_counter())
    endpoint.label(flights, id="id", target="late")
    clock.append(time.perf_counter())
    watched = project.watch()
    clock.append(time.perf_counter())
    champion = project.champion
    renewed = project.renew(budget=budget)
    clock.append(time.perf_counter())
    seconds = [f"{end - start:.1f} s" for start, end in itertools.pairwise(clock)]
    alarms = [signal.column or signal.kind for signal in watched.signals if signal.alarm]
    print(f"\n{month}: {flights.height} flights, served by version {champion}")
    print(
        "  predict over HTTP {}, labels {}, watch {}, renew {}".format(*seconds)
        + f" ({', '.join(f'{row.step} {row.seconds:.1f}' for row in renewed.steps)})"
    )
    print(f"  alarms: {', '.join(alarms[:6]) or 'none'}{' …' if len(alarms) > 6 else ''}")
    print(f"  {renewed.decision}: {renewed.why}", flush=True)
    late = (flights["late"] == "yes").to_numpy().astype(float)
    day = flights["scheduled"].dt.ordinal_day().to_numpy()
    said = {
        RENEWED: np.array([one["probabilities"]["yes"] for one in served]),
        NEVER: never_renewed.predict(flights).probabilities[:, 1],
    }
    quality = {name: auc(late, probability, day) for name, probability in said.items()}
    return Month(month, champion or 0, quality, renewed.decision)


def auc(late: np.ndarray, probability: np.ndarray, day: np.ndarray) -> tuple[float, float, float]:
    """ROC AUC with its interval over days."""
    measure = metric("roc_auc", "classification")
    both = np.column_stack([1 - probability, probability])
    low, high, _ = interval(measure, late, both, blocks=day)
    return measure.function(late, both), low, high


def report(project: relevo.Project, months: Sequence[Month], cadence: Any) -> None:
    decisions = project.history().decisions
    print("\nDecisions")
    for decision in decisions:
        print(
            f"  {decision.at:%Y-%m-%d} {decision.kind}, version {decision.champion}: {decision.why}"
        )
    print("\nROC AUC by month (95 % interval over days)")
    print(f"  {'month':8} {RENEWED:>22} {NEVER:>22}  version")
    for one in months:
        cells = ["{:.3f} ({:.3f}-{:.3f})".format(*one.auc[name]) for name in (RENEWED, NEVER)]
        print(f"  {one.name:8} {cells[0]:>22} {cells[1]:>22}  {one.version}")
    svg = lines(
        [one.name for one in months],
        {name: [one.auc[name][0] for one in months] for name in (RENEWED, NEVER)},
        {name: [one.auc[name][1:] for one in months] for name in (RENEWED, NEVER)},
        title="ROC AUC by month",
        marks={
            at: f"version {after.version}"
            for at, (before, after) in enumerate(itertools.pairwise(months), 1)
            if before.version != after.version
        },
    )
    picture = project.pages / "quality.svg"
    picture.write_text(standalone(svg), encoding="utf-8")
    file = project.pages / "quality.html"
    sections = [
        Section("Quality", (Picture(svg, "Bands: 95 % intervals over days."), by_month(months))),
        Section("How often to renew", (Note(cadence.why), *by_cadence(cadence))),
        Section("Decisions", (in_words(decisions),)),
    ]
    title = "Flights: renewed and never renewed"
    file.write_text(page(title, sections, language()), encoding="utf-8")
    print(
        f"\nPicture: {picture}\nPage:    {file}\nCadence: {cadence.page}\nOthers:  {project.pages}"
    )


def by_month(months: Sequence[Month]) -> Table:
    header = ("month", "version", RENEWED, NEVER, "decision at its end")
    rows = (
        (one.name, f"{one.version}", one.auc[RENEWED][0], one.auc[NEVER][0], one.decision)
        for one in months
    )
    return Table("ROC AUC by month", header, tuple(rows))


def by_cadence(cadence: Any) -> tuple[Picture, Table]:
    svg = bars(
        [f"{row.cadence}, {row.how}" for row in cadence.rows],
        [row.extra_cost for row in cadence.rows],
        [row.extra_interval for row in cadence.rows],
        title="Cost beyond the recommended cadence's",
    )
    header = ("cadence", "how", "log loss", "updates", "total cost")
    rows = ((row.cadence, row.how, row.loss, row.updates, row.total_cost) for row in cadence.rows)
    return (
        Picture(
            svg, "Euros more than with the recommended cadence, with 95 % intervals over weeks"
        ),
        Table("January to March, replayed", header, tuple(rows)),
    )


def in_words(decisions: Sequence[Any]) -> Table:
    rows = ((f"{one.at:%Y-%m-%d}", one.kind, f"{one.champion}", one.why) for one in decisions)
    return Table("Every decision", ("day", "decision", "version", "why"), tuple(rows))


if __name__ == "__main__":
    main()
