"""`relevo` itself: the options that stand before a command."""

from __future__ import annotations

from typing import Annotated

import typer

import relevo as package
from relevo.cli.options import Lang
from relevo.words import say


def _print_version(asked: bool) -> None:
    if asked:
        print(package.__version__)
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option(
        "--version", help=say("cli.option_version"), is_eager=True, callback=_print_version
    ),
]


def relevo(lang: Lang = None, version: Version = False) -> None:
    pass  # both options have done their work by now
