"""The options that several commands have, and how their values are read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from relevo.errors import OptionMistake, nearest
from relevo.words import LANGUAGES, say


def whole_number(name: str, least: int, most: int | None = None) -> Callable[[Any], int]:
    """A reader of whole numbers; the message for others is ours, and in the user's language."""
    bounds = {"least": least, "most": most}
    wanted = "from" if most is None else "between"

    def read(value: Any) -> int:
        try:
            number = int(value)
        except ValueError:
            number = least - 1
        if number < least or (most is not None and number > most):
            raise OptionMistake(
                "cli.bad_number", option=name, value=value, range=say(f"cli.{wanted}", **bounds)
            )
        return number

    return read


def share(name: str) -> Callable[[Any], float]:
    """A reader of shares between 0 and 1."""

    def read(value: Any) -> float:
        try:
            number = float(value)
        except ValueError:
            number = -1
        if not 0 <= number <= 1:  # NaN neither
            raise OptionMistake("cli.bad_share", option=name, value=value)
        return number

    return read


def _language(value: str) -> str:
    if value in LANGUAGES:
        return value
    known = ", ".join(LANGUAGES)
    raise OptionMistake(
        "cli.bad_language", language=value, known=known, hint=nearest(value, LANGUAGES)
    )


Folder = Annotated[Path, typer.Option("-C", metavar="DIR", help=say("cli.option_folder"))]
AsJson = Annotated[bool, typer.Option("--json", help=say("cli.option_json"))]
Lang = Annotated[
    str | None,
    typer.Option("--lang", metavar="en|es", parser=_language, help=say("cli.option_lang")),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed", metavar="SEED", parser=whole_number("--seed", 0), help=say("cli.train.seed")
    ),
]
Version = Annotated[
    int,
    typer.Argument(metavar="VERSION", parser=whole_number("VERSION", 1), help=say("cli.version")),
]
ChampionOr = Annotated[
    int | None,
    typer.Argument(metavar="VERSION", parser=whole_number("VERSION", 1), help=say("cli.version")),
]
