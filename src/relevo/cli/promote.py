"""`relevo promote`."""

from __future__ import annotations

from pathlib import Path

from relevo.cli.options import AsJson, Folder, Lang, Version
from relevo.cli.show import print_facts, print_json
from relevo.cycle.project import Project


def promote(
    version: Version,
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    with Project(folder) as project:
        result = project.promote(version)
    if as_json:
        print_json(result)
    else:
        print_facts([("champion", result.champion), ("previous", result.previous)])
