"""`relevo serve`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relevo.cli.options import AsJson, Folder, Lang, whole_number
from relevo.cycle.project import Project
from relevo.words import say


def serve(
    host: Annotated[str, typer.Option("--host", help=say("cli.serve.host"))] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option(
            "--port",
            metavar="PORT",
            parser=whole_number("--port", 0, 65535),
            help=say("cli.serve.port"),
        ),
    ] = 8000,
    tls_cert: Annotated[
        Path | None, typer.Option("--tls-cert", metavar="FILE", help=say("cli.serve.tls_cert"))
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option("--tls-key", metavar="FILE", help=say("cli.serve.tls_key"))
    ] = None,
    folder: Folder = Path(),
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    with Project(folder) as project:
        project.serve(host=host, port=port, tls_cert=tls_cert, tls_key=tls_key)
