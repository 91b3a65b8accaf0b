"""Is there more accuracy per second on a table than any AutoML gives, in a smaller, quicker model?

Twenty data sets, three outer splits of 80 % and 20 % each. On the same split all systems follow one
another, each in a new process and an environment of its own, one at a time: relevo in 2, 10 and
60 seconds, AutoGluon and FLAML in 10 and 60, boosted trees and a linear model without a budget. A
cell that cannot be measured says why. Every cell is written at once, so a run that was stopped goes
on where it stood. `--again` measures anew, `--again disturbed` only what ran beside other work,
`--again failed` what failed. A whole run takes some nine hours on two cores.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from measure import ROOT
from tabular_cells import Cell, append, disturbed, entries, measured
from tabular_process import Ended, watched
from tabular_sets import LIST, SETS
from tabular_systems import SYSTEMS

SEEDS = (0, 1, 2)
SETS_PYTHON = ROOT / ".venv-sets" / "bin" / "python"
GRACE_S = 120  # on three times the budget
LIMIT_S = 900  # where there is no budget
SCRIPTS = Path(__file__).parent


def main() -> None:
    wanted = arguments()
    if not LIST.exists():
        subprocess.run([SETS_PYTHON, SCRIPTS / "tabular_sets.py"], check=True)
    there = measured()
    todo = [cell for cell in cells(wanted) if cell not in there or stale(there[cell], wanted.again)]
    for place, cell in enumerate(todo, start=1):
        result = run(cell)
        append(cell, result)
        print(f"{place}/{len(todo)}  {cell.key:44} {told(result)}", flush=True)


def arguments() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS), metavar="SET")
    asked.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS))
    asked.add_argument("--budgets", nargs="+", type=int, metavar="S", help="of those that have one")
    asked.add_argument("--seeds", nargs="+", type=int, default=list(SEEDS), metavar="SEED")
    asked.add_argument("--again", nargs="?", const="all", choices=("all", "disturbed", "failed"))
    return asked.parse_args()


def cells(wanted: argparse.Namespace) -> Iterator[Cell]:
    chosen = [
        entry
        for entry in entries()
        if entry.system in wanted.systems
        and (not wanted.budgets or entry.budget_s in (None, *wanted.budgets))
    ]
    for name in wanted.sets:
        for seed in wanted.seeds:
            for entry in chosen:
                yield Cell(name, seed, entry)


def stale(result: dict[str, Any], again: str | None) -> bool:
    return (
        again == "all"
        or (again == "failed" and "failed" in result)
        or (again == "disturbed" and disturbed(result))
    )


def run(cell: Cell) -> dict[str, Any]:
    system, budget_s = SYSTEMS[cell.entry.system], cell.entry.budget_s
    if not system.python.exists():
        raise SystemExit(f"{system.environment} is missing: run `make bench-tabular`")
    command = [str(system.python), str(SCRIPTS / "tabular_cell.py"), cell.set, str(cell.seed)]
    command += [cell.entry.system, *([] if budget_s is None else [str(budget_s)])]
    limit_s = LIMIT_S if budget_s is None else 3 * budget_s + GRACE_S
    at = datetime.now(UTC).isoformat(timespec="seconds")
    ended = watched(command, limit_s)
    figures = {
        "peak_mb": ended.peak_mb,
        "whole_s": ended.wall_s,
        "others_cores": ended.others_cores,
    }
    return {**result(ended, limit_s), **figures, "at": at}


def result(ended: Ended, limit_s: float) -> dict[str, Any]:
    if ended.code is None:
        return {"failed": f"still running after {limit_s} s"}
    try:
        found: dict[str, Any] = json.loads(ended.said)
    except json.JSONDecodeError:
        last = (ended.errors.strip().splitlines() or [""])[-1]
        return {"failed": f"ended with {ended.code}: {last[:300]}"}
    return found


def told(result: dict[str, Any]) -> str:
    if "failed" in result:
        return f"failed: {result['failed']}"
    figures = (
        f"error {result['error']:<9.5g} fit {result['fit_s']:6.2f} s  "
        f"row {result['row_ms']:7.3f} ms  {result['model_mb']:7.2f} MB  "
        f"peak {result['peak_mb']:5.0f} MB"
    )
    beside = f"  beside {result['others_cores']:.1f} busy cores"
    return figures + (beside if disturbed(result) else "")


if __name__ == "__main__":
    main()
