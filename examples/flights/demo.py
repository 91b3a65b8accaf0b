"""Turn the wheel on real flights: train on January to March, then let the months arrive one by one.

Each month is predicted over HTTP, its outcomes come as labels, the newest window is watched, and
the champion is renewed if a replica is better. Beside it runs a copy of the first champion that is
never renewed. Nothing is left running, unless `--keep-serving` is given.

    python examples/flights/demo.py [--months 9] [--budget 30s] [--keep-serving]
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
import polars as pl

import relevo
from relevo.picture.lines import lines
from relevo.picture.page import Note, Picture, Section, Table, page
from relevo.picture.style import standalone
from relevo.score.intervals import interval
from relevo.score.metrics import metric
from relevo.words import language

FOLDER = Path(__file__).parent
ROWS_AT_ONCE = 1_000


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--months", type=int, default=9, choices=range(1, 10))
    options.add_argument("--budget", default="30s", help="wall time of each training")
    options.add_argument("--keep-serving", action="store_true", help="serve until Ctrl-C at the end")
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
        quality = []
        with project.serving() as url:
            print(f"serving at {url}")
            for number in range(4, 4 + asked.months):
                quality.append(turn(project, never_renewed, url, f"2013-{number:02d}", asked.budget))
        report(project, quality)
        if asked.keep_serving:
            project.serve()


def turn(
    project: relevo.Project, never_renewed: relevo.Model, url: str, month: str, budget: str
) -> dict[str, object]:
    """One turn of the wheel: a month arrives."""
    flights = pl.read_parquet(FOLDER / "data" / f"{month}.parquet")
    start = time.perf_counter()
    served, versions = predict(url, flights.drop("late"))
    predicted = time.perf_counter() - start
    labels = [{"id": row["id"], "target": row["late"]} for row in flights.to_dicts()]
    for part in parts(labels):
        httpx.post(f"{url}/labels", json={"labels": part}, timeout=60).raise_for_status()
    labelled = time.perf_counter() - start - predicted
    watched = project.watch()
    seen = time.perf_counter() - start - predicted - labelled
    renewed = project.renew(budget=budget)
    late = (flights["late"] == "yes").to_numpy().astype(float)
    day = flights["scheduled"].dt.ordinal_day().to_numpy()
    stale = never_renewed.predict(flights).probabilities[:, 1]
    alarms = [signal.column or signal.kind for signal in watched.signals if signal.alarm]
    print(
        f"\n{month}: {flights.height} flights predicted over HTTP in {predicted:.1f} s by version"
        f" {', '.join(map(str, versions))}; labels {labelled:.1f} s; watch {seen:.1f} s;"
        f" renew {sum(step.seconds for step in renewed.steps):.1f} s"
    )
    print(f"  alarms: {', '.join(alarms[:6]) or 'none'}{' …' if len(alarms) > 6 else ''}")
    print(f"  {renewed.decision}: {renewed.why}")
    return {
        "month": month,
        "served by": versions,
        "renewed": auc(late, served, day),
        "never renewed": auc(late, stale, day),
        "decision": renewed.decision,
    }


def predict(url: str, flights: pl.DataFrame) -> tuple[np.ndarray, list[int]]:
    """The probability of being late of each flight, and the versions that answered."""
    rows = flights.with_columns(pl.col("scheduled").dt.to_string("%Y-%m-%dT%H:%M:%S")).to_dicts()
    with httpx.Client(base_url=url, timeout=60) as client, ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda part: _post(client, part), parts(rows)))
    probabilities = [
        one["probabilities"]["yes"] for answer in answers for one in answer["predictions"]
    ]
    return np.array(probabilities), sorted({answer["version"] for answer in answers})


def _post(client: httpx.Client, rows: list[dict[str, object]]) -> dict[str, object]:
    answer = client.post("/predict", json={"rows": rows})
    answer.raise_for_status()
    return answer.json()


def parts(rows: list[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    return (rows[start : start + ROWS_AT_ONCE] for start in range(0, len(rows), ROWS_AT_ONCE))


def auc(late: np.ndarray, probability: np.ndarray, day: np.ndarray) -> tuple[float, float, float]:
    """ROC AUC with its interval over days."""
    measure = metric("roc_auc", "classification")
    both = np.column_stack([1 - probability, probability])
    low, high, _ = interval(measure, late, both, blocks=day)
    return measure.function(late, both), low, high


def report(project: relevo.Project, quality: list[dict[str, object]]) -> None:
    print("\nDecisions")
    for decision in project.history().decisions:
        print(f"  {decision.kind}: version {decision.champion}. {decision.why}")
    print("\nROC AUC by month (95 % interval over days)")
    print(f"  {'month':8} {'renewed':>22} {'never renewed':>22}  version")
    for row in quality:
        cells = [f"{v:.3f} ({lo:.3f}-{hi:.3f})" for v, lo, hi in (row["renewed"], row["never renewed"])]
        print(f"  {row['month']:8} {cells[0]:>22} {cells[1]:>22}  {row['served by']}")
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
    html.write_text(page("Flights: renewed and never renewed", sections, language()), encoding="utf-8")
    print(f"\nPicture: {picture}\nPage:    {html}\nOthers:  {project.pages}")


if __name__ == "__main__":
    main()
