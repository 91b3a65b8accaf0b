"""`relevo watch`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relevo.cli.options import AsJson, Folder, Lang
from relevo.cli.show import print_json, print_line, print_table
from relevo.cycle.project import Project
from relevo.words import say


def watch(
    batch: Annotated[
        str | None, typer.Argument(metavar="BATCH", help=say("cli.watch.batch"))
    ] = None,
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    with Project(folder) as project:
        result = project.watch(batch)
    if as_json:
        print_json(result)
        return
    header = ("kind", "column", "size", "p_value", "alarm")
    print_table(header, [tuple(getattr(one, name) for name in header) for one in result.signals])
    print_line(say("cli.watch.alarm" if result.alarm else "cli.watch.quiet", rows=result.rows))
    print_line(say("cli.page_at", page=result.page))
