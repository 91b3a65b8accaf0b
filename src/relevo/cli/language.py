"""The language of a command: `--lang`, wherever it stands, else the locale."""

from __future__ import annotations

from collections.abc import Sequence

from relevo.words import LANGUAGES, use_language


def choose_language(arguments: Sequence[str]) -> None:
    """Set the language that the arguments ask for; the command itself reports a wrong one."""
    for position, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--lang":
            asked = value or next(iter(arguments[position + 1 :]), "")
            if asked in LANGUAGES:
                use_language(asked)
