"""Turn the wheel on real flights: train on January to March, then let the months arrive one by one.

Each month is predicted over HTTP, its outcomes come as labels, the newest window is watched, and
the champion is renewed if a replica is better. Beside it runs a copy of the first champion that is
never renewed. Nothing is left running, unless `--keep-serving` is given.

    python examples/flights/demo.py [--months 9] [--budget 30s] [--keep-serving]
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import relevo
from relevo.picture.lines import lines
from relevo.picture.page import Note, Picture, Section, Table, page
from relevo.picture.style import standalone
from relevo.score.intervals import interval
from relevo.score.metrics import metric
from relevo.serve.client import Client
from relevo.words import language

FOLDER = Path(__file__).parent


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--months", type=int, default=9, choices=range(1, 10))
    options.add_argument("--budget", default="20s", help="wall time of each training")
    options.add_argument(
        "--keep-serving", action="store_true", help="serve until Ctrl-C at the end"
    )
    asked = options.parse_args()
    shutil.rmtree(FOLDER / ".relevo", ignore_errors=True)
    (FOLDER / "contract.toml").unlink(missing_ok=True)
    with relevo.open(FOLDER) as project:
        first = project.run(budget=asked.budget)
        print(
            f"champion {first.champion}: {first.metric} {first.value:.3f} "
            f"({first.interval[0]:.3f} to {first.interval[1]:.3f})"
        )
        print("  " + ", ".join(f"{row.step} {row.seconds:.1f} s" for row in first.steps))
        never_renewed = project.model(first.champion)
        with project.serving() as endpoint:
            print(f"serving at {endpoint.url}")
            months = [f"2013-{number:02d}" for number in range(4, 4 + asked.months)]
            quality = [
                turn(project, never_renewed, endpoint, month, asked.budget) for month in months
            ]
        report(project, quality)
        if asked.keep_serving:
            project.serve()


def turn(
    project: relevo.Project,
    never_renewed: relevo.Model,
    endpoint: Client,
    month: str,
    budget: str,
) -> dict[str, Any]:
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
    return {
        "month": month,
        "version": champion,
        "renewed": auc(late, np.array([one["probabilities"]["yes"] for one in served]), day),
        "never renewed": auc(late, never_renewed.predict(flights).probabilities[:, 1], day),
        "decision": renewed.decision,
    }


def auc(late: np.ndarray, probability: np.ndarray, day: np.ndarray) -> tuple[float, float, float]:
    """ROC AUC with its interval over days."""
    measure = metric("roc_auc", "classification")
    both = np.column_stack([1 - probability, probability])
    low, high, _ = interval(measure, late, both, blocks=day)
    return measure.function(late, both), low, high


def report(project: relevo.Project, quality: list[dict[str, Any]]) -> None:
    print("\nDecisions")
    for decision in project.history().decisions:
        print(f"  {decision.kind}: version {decision.champion}. {decision.why}")
    print("\nROC AUC by month (95 % interval over days)")
    print(f"  {'month':8} {'renewed':>22} {'never renewed':>22}  version")
    for row in quality:
        cells = [
            f"{v:.3f} ({lo:.3f}-{hi:.3f})" for v, lo, hi in (row["renewed"], row["never renewed"])
        ]
        print(f"  {row['month']:8} {cells[0]:>22} {cells[1]:>22}  {row['version']}")
    names = ("renewed", "never renewed")
    svg = lines(
        [str(row["month"]) for row in quality],
        {name: [row[name][0] for row in quality] for name in names},
        {name: [row[name][1:] for row in quality] for name in names},
        title="ROC AUC by month",
    )
    picture = project.pages / "quality.svg"
    picture.write_text(standalone(svg), encoding="utf-8")
    header = ("month", "renewed", "never renewed", "decision")
    table = Table(
        "ROC AUC by month",
        header,
        tuple((r["month"], r["renewed"][0], r["never renewed"][0], r["decision"]) for r in quality),
    )
    decisions = tuple(Note(one.why) for one in project.history().decisions)
    html = project.pages / "quality.html"
    sections = [
        Section("Quality", (Picture(svg, "Bands: 95 % intervals over days."), table)),
        Section("Decisions", decisions),
    ]
    html.write_text(
        page("Flights: renewed and never renewed", sections, language()), encoding="utf-8"
    )
    print(f"\nPicture: {picture}\nPage:    {html}\nOthers:  {project.pages}")


if __name__ == "__main__":
    main()
