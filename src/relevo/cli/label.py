"""`relevo label`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relevo.cli.options import AsJson, Folder, Lang
from relevo.cli.show import print_facts, print_json
from relevo.cycle.project import Project
from relevo.words import say


def label(
    path: Annotated[str, typer.Argument(metavar="PATH", help=say("cli.label.path"))],
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    with Project(folder) as project:
        result = project.label(path)
    if as_json:
        print_json(result)
    else:
        unmatched = ", ".join(result.unmatched[:10]) + (" …" if len(result.unmatched) > 10 else "")
        print_facts([("joined", result.joined), ("unmatched", unmatched)])
