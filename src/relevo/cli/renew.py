"""`relevo renew`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from relevo.cli.options import AsJson, Folder, Lang, Seed
from relevo.cli.progress import share_bar
from relevo.cli.show import print_json, print_line, print_mistake, print_table
from relevo.cycle.project import Project
from relevo.errors import OptionMistake
from relevo.words import say

if TYPE_CHECKING:
    from relevo.cycle.results import BacktestResult, RenewResult


def _cost(value: Any) -> float:
    try:
        return float(value)
    except ValueError:
        raise OptionMistake("renew.backtest_cost", cost=value) from None


def renew(
    data: Annotated[
        str | None, typer.Option("--data", metavar="BATCH", help=say("cli.renew.data"))
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=say("cli.renew.dry"))] = False,
    backtest: Annotated[bool, typer.Option("--backtest", help=say("cli.renew.backtest"))] = False,
    cadences: Annotated[
        str | None, typer.Option("--cadences", metavar="A,B", help=say("cli.renew.cadences"))
    ] = None,
    cost_per_update: Annotated[
        float | None,
        typer.Option("--cost-per-update", metavar="X", parser=_cost, help=say("cli.renew.cost")),
    ] = None,
    budget: Annotated[str | None, typer.Option("--budget", help=say("cli.renew.budget"))] = None,
    seed: Seed = None,
    follow: Annotated[bool, typer.Option("--follow", help=say("cli.renew.follow"))] = False,
    every: Annotated[
        str | None, typer.Option("--every", metavar="10m", help=say("cli.renew.every"))
    ] = None,
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> int:
    with Project(folder) as project:
        if backtest:
            with share_bar(say("cli.renew.replaying")) as progress:
                replayed = project.backtest(
                    cadences,
                    cost_per_update=cost_per_update,
                    budget=budget,
                    data=data,
                    seed=seed,
                    progress=progress,
                )
            print_json(replayed) if as_json else _show(replayed)
            return 130 if replayed.interrupted else 0
        if follow:
            _follow(project, data, dry_run, every, budget, seed, as_json)
        result = project.renew(data, dry_run=dry_run, budget=budget, seed=seed)
    _print(result, as_json)
    return 0 if result.decision == "promote" or dry_run else 1


def _follow(
    project: Project,
    data: str | None,
    dry_run: bool,
    every: str | None,
    budget: str | None,
    seed: int | None,
    as_json: bool,
) -> None:
    """Until it is interrupted; each renewal that has something to say is one line of JSON."""
    for name, given in (("--data", data is not None), ("--dry-run", dry_run)):
        if given:
            raise OptionMistake("cli.not_with_follow", option=name)
    project.follow(
        every=every,
        budget=budget,
        seed=seed,
        tell=lambda result: _print(result, as_json),
        tell_mistake=print_mistake,
    )


def _print(result: RenewResult, as_json: bool) -> None:
    if as_json:
        print_json(result)
        return
    if result.challengers:
        header = ("version", "how", "value", "interval", "gain", "gain_interval", "seconds")
        rows = [tuple(getattr(one, name) for name in header) for one in result.challengers]
        print_table(header, rows)
    for row in result.aside:
        print_line(say("cli.renew.aside", batch=row.batch, why=row.why, folder=row.folder))
    for failure in result.failures:
        print_line(failure)
    print_line(result.why)


def _show(replayed: BacktestResult) -> None:
    header = ("cadence", "how", "loss", "interval", "updates", "seconds", "total_cost")
    print_table(header, [_row(row) for row in replayed.rows])
    print_line(replayed.why)
    if replayed.left_out:
        print_line(say("renew.page.left_out", cadences=", ".join(replayed.left_out)))
    print_line(say("cli.page_at", page=replayed.page))


def _row(row: Any) -> tuple[object, ...]:
    told = (say(f"renew.cadence.{row.cadence}"), say(f"renew.backtest.how.{row.how}"))
    return (*told, row.loss, row.interval, row.updates, row.seconds, row.total_cost)
