"""Print a result: one JSON object for programs, tables for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from relevo.cycle.plain import plain
from relevo.errors import UserMistake
from relevo.words import say


def print_json(result: Any) -> None:
    """The dataclass as one JSON object on standard output; NaN and infinity become null."""
    print(json.dumps(plain(asdict(result)), ensure_ascii=False), flush=True)


def print_facts(facts: Iterable[tuple[str, object]]) -> None:
    """Names and values under each other; a name is a key under `cli.fact`."""
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    for name, value in facts:
        table.add_row(say(f"cli.fact.{name}"), _text(value))
    _console().print(table)


def print_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table; a heading is a key under `cli.fact`."""
    from rich.table import Table

    table = Table(header_style="bold", box=None, pad_edge=False)
    for name in header:
        table.add_column(say(f"cli.fact.{name}"), overflow="fold")
    for row in rows:
        table.add_row(*(_text(value) for value in row))
    _console().print(table)


def print_mistake(mistake: UserMistake) -> None:
    """The three parts of a mistake, on standard error."""
    for part, text in mistake.parts().items():
        print(f"{say(f'words.{part}')}: {text}", file=sys.stderr, flush=True)


def print_line(text: str) -> None:
    """One sentence."""
    _console().print(text, markup=False, highlight=False)


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False, markup=False)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return say("cli.yes") if value else say("cli.no")
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], float):
        return f"{value[0]:.4g} – {value[1]:.4g}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return "" if value is None else str(value)
