"""`relevo history`."""

from __future__ import annotations

from pathlib import Path

from relevo.cli.options import AsJson, Folder, Lang
from relevo.cli.show import print_json, print_table
from relevo.cycle.project import Project
from relevo.cycle.results import DecisionRow
from relevo.words import say


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
    rows = [(one.at, one.kind, one.previous, one.champion, _why(one)) for one in result.decisions]
    print_table(header, rows)


def _why(decision: DecisionRow) -> str:
    times = decision.detail.get("times", 1)
    if times == 1:
        return decision.why
    first = str(decision.detail["first"])[:16].replace("T", " ")
    return f"{decision.why} {say('follow.times', times=times, first=first)}"
