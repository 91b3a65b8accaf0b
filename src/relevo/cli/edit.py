"""`relevo edit`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relevo.cli.options import AsJson, ChampionOr, Folder, Lang
from relevo.cli.show import print_facts, print_json, print_line
from relevo.cycle.project import Project
from relevo.words import say


def edit(
    column: Annotated[str, typer.Option("--column", metavar="COL", help=say("cli.edit.column"))],
    make: Annotated[str, typer.Option("--make", metavar="CHANGE", help=say("cli.edit.make"))],
    why: Annotated[str, typer.Option("--why", help=say("cli.edit.why"))],
    by: Annotated[str, typer.Option("--by", help=say("cli.edit.by"))],
    version: ChampionOr = None,
    low: Annotated[float | None, typer.Option("--low", help=say("cli.edit.low"))] = None,
    high: Annotated[float | None, typer.Option("--high", help=say("cli.edit.high"))] = None,
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    with Project(folder) as project:
        result = project.edit(version, column=column, make=make, why=why, by=by, low=low, high=high)
    if as_json:
        print_json(result)
        return
    names = ("version", "parent", "metric", "value", "interval", "gain", "gain_interval")
    print_facts([(name, getattr(result, name)) for name in names])
    print_line(say("cli.edit.lasts"))
