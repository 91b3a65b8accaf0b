"""`relevo train`."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relevo.cli.options import AsJson, Folder, Lang, Seed, whole_number
from relevo.cli.progress import budget_bar
from relevo.cli.show import print_facts, print_json, print_line, print_table
from relevo.compute.budget import parse_duration
from relevo.cycle.project import Project
from relevo.words import say

if TYPE_CHECKING:
    from relevo.cycle.results import LeaderboardRow, TrainResult


_MOST_SHOWN = 15


def train(
    strategy: Annotated[
        str | None, typer.Option("--strategy", help=say("cli.train.strategy"))
    ] = None,
    learner: Annotated[str | None, typer.Option("--learner", help=say("cli.train.learner"))] = None,
    runner: Annotated[str | None, typer.Option("--runner", help=say("cli.train.runner"))] = None,
    budget: Annotated[str | None, typer.Option("--budget", help=say("cli.train.budget"))] = None,
    start: Annotated[
        str, typer.Option("--from", metavar="scratch|VERSION", help=say("cli.train.from"))
    ] = "scratch",
    seed: Seed = None,
    trials: Annotated[
        int | None,
        typer.Option("--trials", parser=whole_number("--trials", 1), help=say("cli.train.trials")),
    ] = None,
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> int:
    with Project(folder) as project:
        seconds = parse_duration(budget or project.problem.training.budget)
        with budget_bar(seconds) as progress:
            result = project.train(
                strategy=strategy,
                learner=learner,
                runner=runner,
                budget=budget,
                from_=start,
                seed=seed,
                trials=trials,
                progress=progress,
            )
    if as_json:
        print_json(result)
    else:
        _show(result)
    return 130 if result.interrupted else 0


def _show(result: TrainResult) -> None:
    header = (
        "learner",
        "settings",
        "loss",
        "interval",
        "share",
        "seconds",
        "latency_us",
        "size_mb",
    )
    if result.leaderboard:
        print_table(header, [_row(row) for row in result.leaderboard[:_MOST_SHOWN]])
    for what in ("rows", "time"):
        gain = getattr(result, f"gain_of_{what}")
        if isfinite(gain):
            print_line(say(f"cli.train.gain_of_{what}", gain=f"{gain:.1%}"))
    if result.interrupted:
        print_line(say("cli.train.kept"))
    names = ("version", "metric", "value", "interval", "rows_judged", "learner", "strategy")
    facts = [(name, getattr(result, name)) for name in names]
    facts += [("seconds", result.seconds), ("peak_memory_mb", result.peak_memory_mb)]
    if result.good_enough is not None:
        facts.append(("good_enough", result.good_enough))
    if result.effective_rows is not None:
        facts.append(("effective_rows", result.effective_rows))
    print_facts(facts)
    for warning in result.warnings:
        print_line(warning)


def _row(row: LeaderboardRow) -> tuple[object, ...]:
    figures = (row.loss, row.interval, row.share, row.seconds, row.latency_us, row.size_mb)
    if row.why:
        return (row.learner, row.why, *("" for _ in figures))
    return (row.learner, _settings(row), *figures)


def _settings(row: LeaderboardRow) -> str:
    """What is set: of yes or no, the names of what is on."""
    told = (one for one in row.settings.items() if one[1] is not None and one[1] is not False)
    return ", ".join(name if value is True else f"{name}={value}" for name, value in told)
