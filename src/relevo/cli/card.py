"""`relevo card`."""

from __future__ import annotations

from pathlib import Path

from relevo.cli.options import AsJson, ChampionOr, Folder, Lang
from relevo.cli.show import print_json, print_line
from relevo.cycle.project import Project
from relevo.words import say


def card(
    version: ChampionOr = None,
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    with Project(folder) as project:
        result = project.card(version)
    if as_json:
        print_json(result)
        return
    print_line(say("cli.page_at", page=result.page))
    print_line(say("cli.page_at", page=result.markdown))
