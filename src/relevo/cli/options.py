"""The options that every command has."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from relevo.words import say

Folder = Annotated[Path, typer.Option("-C", metavar="DIR", help=say("cli.option_folder"))]
AsJson = Annotated[bool, typer.Option("--json", help=say("cli.option_json"))]
Lang = Annotated[Literal["en", "es"] | None, typer.Option("--lang", help=say("cli.option_lang"))]
