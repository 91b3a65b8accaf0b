"""`relevo export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relevo.cli.options import AsJson, ChampionOr, Folder, Lang
from relevo.cli.show import print_facts, print_json
from relevo.cycle.project import Project
from relevo.words import say


def export(
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help=say("cli.export.to"))],
    as_: Annotated[
        str,
        typer.Option(
            "--as", metavar="mlflow|onnx|package|docker|systemd", help=say("cli.export.as")
        ),
    ],
    version: ChampionOr = None,
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    with Project(folder) as project:
        result = project.export(version, to=to, as_=as_)
    if as_json:
        print_json(result)
        return
    facts: list[tuple[str, object]] = [
        ("version", result.version),
        ("format", result.format),
        ("folder", result.folder),
        ("files", len(result.files)),
    ]
    if result.rows_compared is not None:
        facts += [
            ("rows_compared", result.rows_compared),
            ("largest_difference", result.largest_difference),
        ]
    print_facts(facts)
