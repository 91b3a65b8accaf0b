"""Run a command so that every mistake ends in three parts and an exit code, never a traceback."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

import typer

from relevo.cli import COMMANDS, GROUPS
from relevo.cli.show import print_mistake
from relevo.cycle.system import system_explained
from relevo.errors import OptionMistake, UserMistake, nearest
from relevo.words import say

# Typer brings its own click, or uses the one that is installed, depending on its version.
_USAGE: tuple[type[BaseException], ...] = tuple(
    kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException"
)


def guarded(application: Any, arguments: Sequence[str]) -> int:
    """The exit code of a command; its mistakes are explained on standard error."""
    as_json = "--json" in arguments
    try:
        with system_explained():
            return _code(application(list(arguments), prog_name="relevo", standalone_mode=False))
    except typer.Exit as end:
        return end.exit_code
    except UserMistake as mistake:
        return _explain(mistake, as_json)
    except _USAGE as usage:
        return _explain(_usage_mistake(usage, arguments), as_json)
    except (KeyboardInterrupt, typer.Abort):
        print(say("cli.interrupted"), file=sys.stderr)
        return 130


def _code(returned: Any) -> int:
    return returned if isinstance(returned, int) else 0


def _explain(mistake: UserMistake, as_json: bool) -> int:
    print_mistake(mistake)
    if as_json:
        print(json.dumps({"error": mistake.parts()}, ensure_ascii=False))
    return mistake.exit_code


def _usage_mistake(usage: Any, arguments: Sequence[str]) -> UserMistake:
    """What the parser of options found wrong, in our own three parts."""
    kind = type(usage).__name__
    context: Any = getattr(usage, "ctx", None)
    command = getattr(context, "command_path", None) or "relevo"
    if command.removeprefix("relevo ") in GROUPS:
        return _verb_mistake(command.removeprefix("relevo "), arguments)
    if kind == "NoSuchOption":
        options = [name for parameter in context.command.params for name in parameter.opts]
        hint = nearest(usage.option_name, options)
        return OptionMistake(
            "cli.unknown_option", option=usage.option_name, command=command, hint=hint
        )
    if kind == "BadOptionUsage":
        return OptionMistake("cli.option_use", option=usage.option_name, command=command)
    if kind == "MissingParameter":
        parameter = usage.param
        is_option = parameter.param_type_name == "option"
        name = parameter.opts[0] if is_option else parameter.metavar or parameter.name.upper()
        return OptionMistake("cli.missing_option", option=name, command=command)
    named = [argument for argument in arguments if not argument.startswith("-")]
    if not named:
        return OptionMistake("cli.no_command", known=", ".join(COMMANDS))
    if named[0] not in COMMANDS:
        hint = nearest(named[0], COMMANDS)
        known = ", ".join(COMMANDS)
        return OptionMistake("cli.unknown_command", command=named[0], known=known, hint=hint)
    return OptionMistake("cli.usage", extra=_extra(usage.format_message()), command=command)


def _verb_mistake(group: str, arguments: Sequence[str]) -> UserMistake:
    """A command that stands for several, with no word after it or a wrong one."""
    verb = "".join(arguments[arguments.index(group) + 1 :][:1])
    known = [f"{group} {one}" for one in GROUPS[group]]
    came = group if verb.startswith("-") else f"{group} {verb}".rstrip()
    return OptionMistake(
        "cli.unknown_command", command=came, known=", ".join(known), hint=nearest(came, known)
    )


def _extra(message: str) -> str:
    """The arguments that are too many, which the parser names in brackets in a sentence."""
    return message.rpartition(" (")[2].removesuffix(")")
