"""`relevo predict`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relevo.cli.options import AsJson, Folder, Lang
from relevo.cli.progress import row_bar
from relevo.cli.show import print_facts, print_json
from relevo.cycle.project import Project
from relevo.words import say


def predict(
    path: Annotated[str, typer.Argument(metavar="PATH", help=say("cli.predict.path"))],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="PATH", help=say("cli.predict.out"))
    ] = None,
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    with Project(folder) as project, row_bar() as progress:
        result = project.predict(path, out=out, progress=progress)
    if as_json:
        print_json(result)
    else:
        names = ("rows", "version", "seconds", "out")
        print_facts([(name, getattr(result, name)) for name in names])
