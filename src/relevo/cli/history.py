"""`relevo history`."""

from __future__ import annotations

from pathlib import Path

from relevo.cli.options import AsJson, Folder, Lang
from relevo.cli.show import print_json, print_table
from relevo.cycle.project import Project


def history(
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    with Project(folder) as project:
        result = project.history()
    if as_json:
        print_json(result)
        return
    header = ("at", "kind", "previous", "champion", "why")
    print_table(header, [tuple(getattr(one, name) for name in header) for one in result.decisions])
