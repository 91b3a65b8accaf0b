"""`relevo watch`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relevo.cli.options import AsJson, Folder, Lang
from relevo.cli.show import print_json, print_line, print_table
from relevo.cycle.project import Project
from relevo.words import say

if TYPE_CHECKING:  # the help needs none of what a signal needs
    from relevo.watch.signals import Signal


def watch(
    batch: Annotated[
        str | None, typer.Argument(metavar="BATCH", help=say("cli.watch.batch"))
    ] = None,
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    with Project(folder) as project:
        result = project.watch(batch)
    if as_json:
        print_json(result)
        return
    header = ("kind", "column", "size", "p_value", "alarm", "segment", "since", "cost", "cause")
    print_table(header, [_row(one) for one in result.signals])
    print_line(say("cli.watch.alarm" if result.alarm else "cli.watch.quiet", rows=result.rows))
    for line in dict.fromkeys(one.because for one in result.signals if one.because):
        print_line(f"- {line}")
    print_line(result.headline)
    print_line(say("cli.page_at", page=result.page))


def _row(one: Signal) -> tuple[object, ...]:
    cause = say(f"cause.kind.{one.cause}") if one.cause else ""
    found = (one.kind, one.column, one.size, one.p_value, one.alarm)
    return (*found, one.segment, one.since, one.cost, cause)
