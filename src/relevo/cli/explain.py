"""`relevo explain`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from relevo.cli.options import AsJson, ChampionOr, Folder, Lang, whole_number
from relevo.cli.show import print_json, print_line, print_table
from relevo.cycle.project import Project
from relevo.cycle.results import FrontierResult
from relevo.errors import DataMistake
from relevo.words import say


def explain(
    version: ChampionOr = None,
    row: Annotated[
        str | None, typer.Option("--row", metavar="JSON", help=say("cli.explain.row"))
    ] = None,
    rows: Annotated[
        str | None, typer.Option("--rows", metavar="PATH", help=say("cli.explain.rows"))
    ] = None,
    n: Annotated[
        int,
        typer.Option("-n", metavar="N", parser=whole_number("-n", 1), help=say("cli.explain.n")),
    ] = 3,
    wanted: Annotated[
        str | None, typer.Option("--wanted", metavar="LABEL", help=say("cli.explain.wanted"))
    ] = None,
    immutable: Annotated[
        list[str] | None,
        typer.Option("--immutable", metavar="COL", help=say("cli.explain.immutable")),
    ] = None,
    frontier: Annotated[bool, typer.Option("--frontier", help=say("cli.explain.frontier"))] = False,
    budget: Annotated[str | None, typer.Option("--budget", help=say("cli.explain.budget"))] = None,
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    given = None if row is None else _parse(row)
    with Project(folder) as project:
        if frontier:
            _show_frontier(project.frontier(budget=budget), as_json)
            return
        result = project.explain(
            version,
            row=given,
            rows=rows,
            n=n,
            wanted=wanted,
            immutable=immutable or (),
            budget=budget,
        )
    if as_json:
        print_json(result)
        return
    for one in result.rows:
        print_line(", ".join(f"{name}: {value}" for name, value in one.prediction.items()))
        for text in [reason.text for reason in one.reasons] + [code.text for code in one.codes]:
            print_line(f"  {text}")
        if one.counterfactuals is not None:
            ways = [way.text for way in one.counterfactuals] or [one.counterfactuals.why]
            print_line("\n".join(f"  {text}" for text in ways))
    if result.page:
        print_table(
            ("column", "importance", "interval", "attribution"),
            [(o.column, o.importance, o.interval, o.attribution) for o in result.importance],
        )
        for warning in result.warnings:
            print_line(warning)
        if result.left_out:
            print_line(say("cli.explain.left_out", names=", ".join(result.left_out)))
        print_line(say("cli.page_at", page=result.page))


def _show_frontier(result: FrontierResult, as_json: bool) -> None:
    if as_json:
        print_json(result)
        return
    print_table(
        ("learner", "value", "interval", "gap", "gap_interval", "pieces"),
        [(o.kind, o.value, o.interval, o.gap, o.gap_interval, o.pieces) for o in result.models],
    )
    print_line(result.text)
    print_line(say("cli.page_at", page=result.page))


def _parse(text: str) -> dict[str, Any]:
    try:
        row = json.loads(text)
    except ValueError as error:
        place = getattr(error, "pos", 0) + 1
        raise DataMistake("cycle.bad_row", row=text, place=place) from error
    if not isinstance(row, dict):
        raise DataMistake("cycle.bad_row", row=text, place=1)
    return row
