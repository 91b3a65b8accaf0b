"""`relevo validate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relevo.cli.options import AsJson, ChampionOr, Folder, Lang
from relevo.cli.show import print_facts, print_json, print_line, print_table
from relevo.cycle.project import Project
from relevo.words import say


def validate(
    version: ChampionOr = None,
    target_population: Annotated[
        str | None,
        typer.Option("--target-population", metavar="PATH", help=say("cli.validate.population")),
    ] = None,
    budget: Annotated[str | None, typer.Option("--budget", help=say("cli.validate.budget"))] = None,
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    with Project(folder) as project:
        result = project.validate(version, target_population=target_population, budget=budget)
    if as_json:
        print_json(result)
        return
    for name, evidence in result.evidence.items():
        print_line(say("cli.validate.on", rows=name))
        print_table(
            ("metric", "value", "interval", "rows", "how"),
            [
                (figure.metric, figure.value, figure.interval, figure.rows, figure.how)
                for figure in evidence.figures
            ],
        )
    if result.population:
        facts = [(n, result.population[n]) for n in ("auc", "p_value", "effective_rows")]
        print_facts([(name, value) for name, value in facts if value is not None])
        for rule in result.population["uncovered"]:
            print_line(rule)
    told = dict.fromkeys((*result.warnings, *result.statements))
    for text in told or (say("cli.validate.calm"),):
        print_line(text)
    print_line(say("cli.page_at", page=result.page))
