"""`relevo new`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relevo.cli.options import AsJson, Folder, Lang
from relevo.cli.show import print_facts, print_json
from relevo.cycle.project import Project
from relevo.words import say


def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=say("cli.new.dir"))],
    data: Annotated[str, typer.Option("--data", metavar="PATH", help=say("cli.new.data"))],
    target: Annotated[str, typer.Option("--target", metavar="COL", help=say("cli.new.target"))],
    time: Annotated[
        str | None, typer.Option("--time", metavar="COL", help=say("cli.new.time"))
    ] = None,
    segment: Annotated[
        list[str] | None, typer.Option("--segment", metavar="COL", help=say("cli.new.segment"))
    ] = None,
    site: Annotated[
        str | None, typer.Option("--site", metavar="COL", help=say("cli.new.site"))
    ] = None,
    id: Annotated[str | None, typer.Option("--id", metavar="COL", help=say("cli.new.id"))] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="N", help=say("cli.new.name"))
    ] = None,
    query: Annotated[
        str | None, typer.Option("--query", metavar="SQL", help=say("cli.new.query"))
    ] = None,
    inside: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    project = Project(inside / folder)
    result = project.new(
        data,
        target,
        time=time,
        segment=tuple(segment or ()),
        site=site,
        id=id,
        name=name,
        query=query,
    )
    if as_json:
        print_json(result)
        return
    print_facts(
        [
            ("task", result.task),
            ("why", result.why),
            ("rows", result.rows),
            ("columns", result.columns),
            ("file", result.file),
        ]
    )
