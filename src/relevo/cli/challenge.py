"""`relevo challenge`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relevo.cli.options import AsJson, Folder, Lang, share, whole_number
from relevo.cli.show import print_facts, print_json, print_table
from relevo.cycle.project import Project
from relevo.errors import OptionMistake
from relevo.words import say

if TYPE_CHECKING:
    from relevo.cycle.results import ChallengerStatus


def challenge(
    version: Annotated[
        int | None,
        typer.Argument(
            metavar="VERSION",
            parser=whole_number("VERSION", 1),
            help=say("cli.challenge.version"),
        ),
    ] = None,
    mirror: Annotated[
        float,
        typer.Option(
            "--mirror",
            metavar="SHARE",
            parser=share("--mirror"),
            help=say("cli.challenge.mirror"),
        ),
    ] = 1.0,
    canary: Annotated[
        float,
        typer.Option(
            "--canary",
            metavar="SHARE",
            parser=share("--canary"),
            help=say("cli.challenge.canary"),
        ),
    ] = 0.0,
    stop: Annotated[bool, typer.Option("--stop", help=say("cli.challenge.stop"))] = False,
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    if stop and version is None:
        raise OptionMistake("cli.missing_option", option="VERSION", command="relevo challenge")
    with Project(folder) as project:
        if version is None:
            result = project.challengers()
        else:
            result = project.challenge(version, mirror=mirror, canary=canary, stop=stop)
    if as_json:
        print_json(result)
    else:
        print_challengers(result.challengers)
        for one in result.challengers:
            _print_agreement(one)


def print_challengers(challengers: Sequence[ChallengerStatus]) -> None:
    """The versions beside the champion and their shares."""
    header = ("version", "mirror", "canary", "since")
    names = ("challenger", *header[1:])
    print_table(names, [tuple(getattr(one, name) for name in header) for one in challengers])


def _print_agreement(one: ChallengerStatus) -> None:
    if one.agreement is not None:
        facts = [("challenger", one.version), *asdict(one.agreement).items()]
        print_facts([(name, value) for name, value in facts if value is not None])
