"""`relevo renew`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relevo.cli.options import AsJson, Folder, Lang, Seed
from relevo.cli.show import print_json, print_line, print_table
from relevo.cycle.project import Project
from relevo.words import say


def renew(
    data: Annotated[
        str | None, typer.Option("--data", metavar="BATCH", help=say("cli.renew.data"))
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=say("cli.renew.dry"))] = False,
    budget: Annotated[str | None, typer.Option("--budget", help=say("cli.renew.budget"))] = None,
    seed: Seed = None,
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> int:
    with Project(folder) as project:
        result = project.renew(data, dry_run=dry_run, budget=budget, seed=seed)
    if as_json:
        print_json(result)
    else:
        if result.challengers:
            header = ("version", "how", "value", "interval", "gain", "gain_interval", "seconds")
            rows = [tuple(getattr(one, name) for name in header) for one in result.challengers]
            print_table(header, rows)
        print_line(result.why)
    return 0 if result.decision == "promote" or dry_run else 1
