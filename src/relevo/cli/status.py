"""`relevo status`."""

from __future__ import annotations

from pathlib import Path

from relevo.cli.challenge import print_challengers
from relevo.cli.options import AsJson, Folder, Lang
from relevo.cli.show import print_facts, print_json, print_line, print_table
from relevo.cycle.project import Project


def status(
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    with Project(folder) as project:
        result = project.status()
    if as_json:
        print_json(result)
        return
    header = ("version", "created_at", "how", "learner", "metric", "value", "interval")
    print_table(header, [tuple(getattr(one, name) for name in header) for one in result.versions])
    print_facts([("champion", result.champion), ("alarm", result.alarm)])
    if result.challengers:
        print_challengers(result.challengers)
    for line in result.attention:
        print_line(line)
