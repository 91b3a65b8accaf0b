"""`relevo compare`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relevo.cli.options import AsJson, Folder, Lang, Seed
from relevo.cli.show import print_json, print_line, print_table
from relevo.cycle.project import Project
from relevo.words import say

if TYPE_CHECKING:
    from relevo.cycle.results import CompareResult


def compare(
    strategies: Annotated[
        str | None, typer.Option("--strategies", help=say("cli.compare.strategies"))
    ] = None,
    budget: Annotated[str | None, typer.Option("--budget", help=say("cli.compare.budget"))] = None,
    seed: Seed = None,
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    with Project(folder) as project:
        result = project.compare(strategies, budget=budget, seed=seed)
    if as_json:
        print_json(result)
    else:
        _show(result)


def _show(result: CompareResult) -> None:
    print_line(say("cli.compare.judged", metric=result.metric, rows=result.rows_judged))
    header = ("strategy", "value", "interval", "gain", "gain_interval", "seconds")
    print_table(
        header,
        [
            (row.strategy, row.value, row.interval, row.gain, row.gain_interval, row.seconds)
            for row in result.rows
        ],
    )
    bands = [band for row in result.rows[:1] for band in row.bands]
    if bands:
        print_line(say("cli.compare.bands"))
        values = zip(*([band.value for band in row.bands] for row in result.rows), strict=True)
        print_table(
            ("band", "rows", *(f"strategy_{row.strategy}" for row in result.rows)),
            [(band.band, band.rows, *own) for band, own in zip(bands, values, strict=True)],
        )
