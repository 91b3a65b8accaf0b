"""`relevo key add`, `relevo key list` and `relevo key remove`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relevo.cli.options import AsJson, Folder, Lang
from relevo.cli.show import print_facts, print_json, print_line, print_table
from relevo.cycle.project import Project
from relevo.words import say

Name = Annotated[str, typer.Argument(metavar="NAME", help=say("cli.key.name"))]


def key_add(
    name: Name,
    role: Annotated[
        str, typer.Option("--role", metavar="predict|label|admin", help=say("cli.key.role"))
    ],
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    with Project(folder) as project:
        result = project.add_key(name, role=role)
    if as_json:
        print_json(result)
        return
    print_facts([("name", result.name), ("role", result.role), ("key", result.key)])
    print_line(say("cli.key.shown_once"))
    if result.replaced:
        print_line(say("cli.key.replaced"))


def key_list(
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    with Project(folder) as project:
        result = project.keys()
    if as_json:
        print_json(result)
        return
    header = ("name", "role", "key_id", "created_at")
    print_table(header, [tuple(getattr(one, name) for name in header) for one in result.keys])


def key_remove(
    name: Name,
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    with Project(folder) as project:
        result = project.remove_key(name)
    if as_json:
        print_json(result)
    else:
        print_line(say("cli.key.removed", name=result.name))
