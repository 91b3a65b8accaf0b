"""The command line: one file per command; this one puts them together."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

COMMANDS = (
    "new", "check", "train", "compare", "validate", "explain", "card", "edit", "promote",
    "rollback", "challenge", "predict", "serve", "key", "export", "label", "watch", "renew", "run",
    "history", "status",
)  # fmt: skip
GROUPS = {"key": ("add", "list", "remove")}  # what follows a command that stands for several


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit: 0 done, 1 the answer is no, 2 a mistake, 130 interrupted."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    from relevo.cli.language import choose_language

    # The language first: help texts are made when the commands are imported.
    choose_language(given)
    from relevo.cli.guard import guarded

    sys.exit(guarded(application(), given))


def application() -> typer.Typer:
    """All commands; their help is in the language that was chosen before."""
    import typer

    from relevo.words import say

    application = typer.Typer(
        name="relevo",
        help=say("cli.relevo"),
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    application.callback()(import_module("relevo.cli.relevo").relevo)
    for name in COMMANDS:
        module = import_module(f"relevo.cli.{name}")
        if name in GROUPS:
            group = typer.Typer(name=name, help=say(f"cli.{name}.help"), rich_markup_mode=None)
            for verb in GROUPS[name]:
                function = getattr(module, f"{name}_{verb}")
                group.command(verb, help=say(f"cli.{name}.{verb}"))(function)
            application.add_typer(group)
        else:
            application.command(name, help=say(f"cli.{name}.help"))(getattr(module, name))
    return application
