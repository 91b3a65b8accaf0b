"""`relevo run`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relevo.cli.options import AsJson, Folder, Lang
from relevo.cli.progress import budget_bar
from relevo.cli.show import print_facts, print_json, print_table
from relevo.compute.budget import parse_duration
from relevo.cycle.project import Project
from relevo.words import say


def run(
    budget: Annotated[str | None, typer.Option("--budget", help=say("cli.train.budget"))] = None,
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    with Project(folder) as project:
        seconds = parse_duration(budget or project.problem.training.budget)
        with budget_bar(seconds) as progress:
            result = project.run(budget=budget, progress=progress)
    if as_json:
        print_json(result)
        return
    print_table(("step", "seconds"), [(row.step, row.seconds) for row in result.steps])
    names = ("champion", "metric", "value", "interval")
    print_facts([(name, getattr(result, name)) for name in names])
