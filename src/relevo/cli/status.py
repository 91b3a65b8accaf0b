"""`relevo status`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from relevo.cli.challenge import print_challengers
from relevo.cli.options import AsJson, Folder, Lang
from relevo.cli.show import print_facts, print_json, print_line, print_table
from relevo.cycle.project import Project
from relevo.words import say

if TYPE_CHECKING:  # the help needs nothing that a table of rows needs
    from relevo.cycle.last_watch import AlarmRow


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
    if result.alarms:
        print_table(
            ("kind", "column", "segment", "since", "cost", "cause"),
            [
                (one.kind, one.column, one.segment, one.since, one.cost, _cause(one))
                for one in result.alarms
            ],
        )
    if result.challengers:
        print_challengers(result.challengers)
    for line in result.attention:
        print_line(line)


def _cause(one: AlarmRow) -> str:
    return say(f"cause.kind.{one.cause}") if one.cause else ""
