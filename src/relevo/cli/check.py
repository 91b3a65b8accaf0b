"""`relevo check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relevo.cli.options import AsJson, Folder, Lang
from relevo.cli.show import print_facts, print_json, print_line, print_table
from relevo.cycle.project import Project
from relevo.words import say


def check(
    batch: Annotated[
        str | None, typer.Argument(metavar="BATCH", help=say("cli.check.batch"))
    ] = None,
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> int:
    with Project(folder) as project:
        result = project.check(batch)
    if as_json:
        print_json(result)
    else:
        print_line(say("cli.check.fine" if result.ok else "cli.check.broken"))
        if not result.ok:
            header = ("column", "rule", "expected", "got", "rows")
            print_table(
                header, [tuple(getattr(one, name) for name in header) for one in result.findings]
            )
        print_facts([("contract", result.contract), ("page", result.page)])
    return 0 if result.ok else 1
