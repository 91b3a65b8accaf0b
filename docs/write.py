"""Write docs/commands.md and docs/problem-file.md from the code; a test holds them to it.

python docs/write.py [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from relevo.problem.problem import Problem
from relevo.words import say, use_language

DOCS = Path(__file__).parent


def main() -> None:
    use_language("en")
    pages = {"commands.md": commands(), "problem-file.md": problem_file()}
    if "--check" in sys.argv:
        stale = [name for name, text in pages.items() if (DOCS / name).read_text() != text]
        sys.exit(f"out of date: {', '.join(stale)}; run `make docs`" if stale else 0)
    for name, text in pages.items():
        (DOCS / name).write_text(text, encoding="utf-8")
        print(f"docs/{name}")


def commands() -> str:
    import typer

    from relevo.cli import application

    group: Any = typer.main.get_command(application())
    lines = [
        "# Commands",
        "",
        "`relevo COMMAND [-C DIR] [--json] [--lang en|es]`. Exit codes: 0 done; 1 done, and the",
        "answer is no; 2 a mistake, explained in three parts; 130 interrupted. In Python every",
        "command is a method of `relevo.Project` with the same name and arguments, which returns",
        "what `--json` prints.",
    ]
    for name, command in _leaves(group):
        lines += ["", f"## {name}", "", command.help, ""]
        for parameter in command.params:
            if parameter.name not in ("folder", "inside", "as_json", "lang", "help"):
                lines.append(f"- `{_shown(parameter)}`: {parameter.help}")
    return "\n".join(lines) + "\n"


def _leaves(group: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _leaves(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


def _shown(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.metavar)
    value = "" if parameter.is_flag else f" {parameter.metavar or parameter.name.upper()}"
    return f"{parameter.opts[0]}{value}"


def problem_file() -> str:
    lines = [
        "# The problem file",
        "",
        "`relevo.toml`. `relevo new` writes it; everything in it may be edited. A mistake is named",
        "with its line and the nearest right key.",
        "",
        *_fields(Problem, top=True),
    ]
    for name, field in Problem.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            lines += ["", f"## [{name}]", "", say(f"problem.section_{name}"), "", *_fields(section)]
    return "\n".join(lines) + "\n"


def _fields(section: type[BaseModel], top: bool = False) -> list[str]:
    rows = ["| key | default | what it says |", "| --- | --- | --- |"]
    for name, field in section.model_fields.items():
        annotation = field.annotation
        if top and isinstance(annotation, type) and issubclass(annotation, BaseModel):
            continue
        rows.append(f"| `{name}` | {_default(field.default)} | {field.description or ''} |")
    return rows


def _default(value: Any) -> str:
    if value is PydanticUndefined:
        return "required"
    return "none" if value in (None, ()) else f"`{value}`"


if __name__ == "__main__":
    main()
