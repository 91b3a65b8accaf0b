"""`relevo compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relevo.cli.options import AsJson, Folder, Lang
from relevo.cycle.project import Project
from relevo.words import say


def compare(
    strategies: Annotated[
        str | None, typer.Option("--strategies", help=say("cli.compare.strategies"))
    ] = None,
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    Project(folder).compare(strategies)
