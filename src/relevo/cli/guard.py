"""Run a command so that every mistake ends in three parts and an exit code, never a traceback."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

import typer

from relevo.errors import Interrupted, OptionMistake, UserMistake
from relevo.words import say

# Typer brings its own click, or uses the one that is installed, depending on its version.
_USAGE: tuple[type[BaseException], ...] = tuple(
    kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException"
)


def guarded(application: Any, arguments: Sequence[str]) -> int:
    """The exit code of a command; its mistakes are explained on standard error."""
    as_json = "--json" in arguments
    try:
        return _code(application(list(arguments), standalone_mode=False))
    except typer.Exit as end:
        return end.exit_code
    except UserMistake as mistake:
        return _explain(mistake, as_json)
    except _USAGE as usage:
        return _explain(_usage_mistake(usage), as_json)
    except (KeyboardInterrupt, Interrupted, typer.Abort):
        print(say("cli.interrupted"), file=sys.stderr)
        return 130


def _code(returned: Any) -> int:
    return returned if isinstance(returned, int) else 0


def _explain(mistake: UserMistake, as_json: bool) -> int:
    parts = mistake.parts()
    for part, text in parts.items():
        print(f"{say(f'words.{part}')}: {text}", file=sys.stderr)
    if as_json:
        print(json.dumps({"error": parts}, ensure_ascii=False))
    return mistake.exit_code


def _usage_mistake(usage: Any) -> UserMistake:
    """What the parser of options found wrong, in our own three parts."""
    context = getattr(usage, "ctx", None)
    command = getattr(context, "command_path", None) or "relevo"
    option = getattr(usage, "option_name", None)
    parameter = getattr(usage, "param", None)
    if option:
        return OptionMistake("cli.unknown_option", option=option, command=command)
    if parameter is not None and type(usage).__name__ == "MissingParameter":
        name = (
            parameter.opts[0] if parameter.param_type_name == "option" else parameter.name.upper()
        )
        return OptionMistake("cli.missing_option", option=name, command=command)
    return OptionMistake("cli.usage", message=usage.format_message(), command=command)
