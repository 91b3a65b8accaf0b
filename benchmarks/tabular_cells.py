"""What was measured, a line of JSON each in results/tabular/cells.jsonl; the newest line counts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from measure import RESULTS
from tabular_systems import SYSTEMS

FOLDER = RESULTS / "tabular"
CELLS = FOLDER / "cells.jsonl"
CALM_CORES = 0.25  # other work that a figure of seconds may run beside


@dataclass(frozen=True, order=True)
class Entry:
    """A system under a budget in seconds, or under none."""

    system: str
    budget_s: int | None

    @property
    def key(self) -> str:
        return self.system if self.budget_s is None else f"{self.system}@{self.budget_s}"

    @property
    def label(self) -> str:
        known = SYSTEMS[self.system].label
        return known if self.budget_s is None else f"{known}, {self.budget_s} s"


@dataclass(frozen=True)
class Cell:
    """An entry on one split of one set."""

    set: str
    seed: int
    entry: Entry

    @property
    def key(self) -> str:
        return f"{self.set}/{self.seed}/{self.entry.key}"


Measured = dict[Cell, dict[str, Any]]


def entries() -> list[Entry]:
    return [
        Entry(name, budget_s) for name, system in SYSTEMS.items() for budget_s in system.budgets_s
    ]


def measured() -> Measured:
    """The newest result of each cell: its figures, or why there are none under `failed`."""
    return dict(_lines())


def disturbed(result: dict[str, Any]) -> bool:
    return bool(result["others_cores"] > CALM_CORES)


def append(cell: Cell, result: dict[str, Any]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    of = {"set": cell.set, "seed": cell.seed, "system": cell.entry.system}
    line = json.dumps({"key": cell.key, **of, "budget_s": cell.entry.budget_s, **result})
    with CELLS.open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def _lines() -> Iterator[tuple[Cell, dict[str, Any]]]:
    if not CELLS.exists():
        return
    for line in CELLS.read_text(encoding="utf-8").splitlines():
        result = json.loads(line)
        entry = Entry(result["system"], result["budget_s"])
        yield Cell(result["set"], result["seed"], entry), result
