"""A strike of the metro: how soon the quoted price follows, and what that is worth.

Five minutes at a time, on a simulated clock: quotes are predicted and logged, the price that
cleared the market comes as a label three minutes later, the newest quotes are watched, and the
champion is renewed. Beside it: a model that is never renewed, and one that is renewed at midnight.

    python examples/rental/replay.py [--start 12] [--hours 24] [--seed 1] [--budget 4s]
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from city import STRIKE, quotes
from story import Story, Turn, write_page

import relevo

FOLDER = Path(__file__).parent
FIRST = datetime(2011, 5, 30)  # of the archive, three and a half weeks: two quotes in five
THURSDAY, MIDNIGHT = datetime(2011, 6, 23), datetime(2011, 6, 24)
TICK, LABEL_DELAY = timedelta(minutes=5), timedelta(minutes=3)
FEWEST = 5  # quotes in a tick: at night there is nothing to watch


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--start", type=float, default=12.0, help="hour of Thursday")
    options.add_argument("--hours", type=float, default=24.0, help="that the replay lasts")
    options.add_argument("--seed", type=int, default=1, help="of the simulation")
    options.add_argument("--training", default=None, help="wall time of the first training")
    options.add_argument("--budget", default="4s", help="wall time of each renewal")
    asked = options.parse_args()
    begins = THURSDAY + timedelta(hours=asked.start)
    archive = quotes(FIRST, begins, share=0.4, seed=asked.seed)
    ends = begins + timedelta(hours=asked.hours)
    live = quotes(begins, ends, share=1.0, seed=asked.seed + 1, event=STRIKE)
    archive.write_parquet(FOLDER / "data" / "archive.parquet")
    shutil.rmtree(FOLDER / ".relevo", ignore_errors=True)
    (FOLDER / "contract.toml").unlink(missing_ok=True)
    clock = Clock(begins)
    with relevo.Project(FOLDER, now=clock) as project:
        first = project.run(budget=asked.training)
        print(
            f"version {first.champion}: RMSE {first.value:.2f} euros on the newest of the archive"
        )
        never = project.model().predict(live).values
        quoted, turns = replay(project, clock, live, asked.budget)
        prices = {"renewed": quoted, "never": never}
        if ends > MIDNIGHT:
            prices["daily"] = daily(archive, live, never)
        story = Story(STRIKE, live, prices, turns, project.problem.costs.loss)
        for line in story.told():
            print(line)
        page = project.pages / "strike.html"
        write_page(story, project.history().decisions, page)
        print(f"Page: {page}")


class Clock:
    """The time in the city, which moves when it is told to."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now.replace(tzinfo=UTC)


def replay(
    project: relevo.Project, clock: Clock, live: pl.DataFrame, budget: str
) -> tuple[np.ndarray, list[Turn]]:
    """Let the quotes arrive; gives the price that was quoted each time, and what happened."""
    quoted, turns = [], []
    last: datetime = live["at"].max()
    while clock.now <= last:
        start, clock.now = clock.now, clock.now + TICK
        arrived = between(live, start, clock.now)
        if arrived.height:
            quoted.append(quote(project, arrived))
            cleared = between(live, start - LABEL_DELAY, clock.now - LABEL_DELAY)
            if cleared.height:
                project.label(cleared.select("id", "price"))
            if arrived.height >= FEWEST:
                turns.append(turn(project, clock.now, budget))
    return np.concatenate(quoted), turns


def quote(project: relevo.Project, arrived: pl.DataFrame) -> np.ndarray:
    """What the champion quotes; every prediction is logged."""
    done = project.predict(arrived.drop("price"), out=project.state / "quoted.parquet")
    return pl.read_parquet(done.out)["prediction"].to_numpy()


def turn(project: relevo.Project, now: datetime, budget: str) -> Turn:
    """One turn of the wheel, after the champion has quoted."""
    began = time.perf_counter()
    alarms = [signal.text for signal in project.watch().signals if signal.alarm]
    renewed = project.renew(budget=budget)
    seconds = time.perf_counter() - began
    trained = renewed.action != "nothing"
    if trained:
        print(f"{now:%H:%M} {seconds:4.1f} s  {', '.join(alarms) or 'calm'}", flush=True)
    if renewed.decision != "keep":
        print(f"{now:%H:%M} {seconds:4.1f} s  {renewed.why}", flush=True)
    return Turn(now, seconds, alarms, trained, renewed.decision, renewed.why, renewed.champion)


def daily(archive: pl.DataFrame, live: pl.DataFrame, never: np.ndarray) -> np.ndarray:
    """What a model would have quoted that takes over at midnight, trained on all until then."""
    rest = live.filter(pl.col("at") >= MIDNIGHT)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        shutil.copy(FOLDER / "relevo.toml", folder)
        known = pl.concat([archive, live.filter(pl.col("at") < MIDNIGHT)])
        known.write_parquet(folder / "data" / "archive.parquet")
        with relevo.Project(folder) as project:
            project.train()
            renewed = project.model(1).predict(rest).values
    return np.concatenate([never[: live.height - rest.height], renewed])


def between(live: pl.DataFrame, start: datetime, end: datetime) -> pl.DataFrame:
    return live.filter(pl.col("at").is_between(start, end, closed="left"))


if __name__ == "__main__":
    main()
