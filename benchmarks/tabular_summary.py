"""The figures of tabular.py over the sets that all compared entries were tried on in one run.

An entry that failed on a set is judged on the others; how often it failed stands beside it.

The gap of an entry on a split is how far its error lies above the least error of all compared
entries there, in percent. Near an error of zero that grows without bound, so the median is told
beside the mean, and the gap in percent of what a constant prediction gets wrong. Where the least
error is below a hundredth of a constant's (wine), the gap is left out of the mean.
"""

from __future__ import annotations

import json
import os
import platform
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from statistics import fmean, median
from typing import Any

from tabular_cells import FOLDER, Cell, Entry, Measured, disturbed, entries, measured
from tabular_sets import LIST

OURS = Entry("relevo", 60)
ONE_RUN = timedelta(hours=3)  # in which all entries are measured on a split, one after the other
NEXT_TO_NONE = 0.01  # of a constant prediction's error
MOST_MISSING = 1 / 3  # of the sets; an entry that misses more is told apart, or none would be left


@dataclass(frozen=True)
class Compared:
    """Entries, sets and seeds of which every combination was tried."""

    cells: Measured
    entries: tuple[Entry, ...]
    sets: tuple[str, ...]
    seeds: tuple[int, ...]

    @property
    def splits(self) -> list[tuple[str, int]]:
        return [(name, seed) for name in self.sets for seed in self.seeds]

    def finished(self, entry: Entry) -> list[tuple[str, int]]:
        """The splits on which it did not fail."""
        return [split for split in self.splits if "error" in self.cells[Cell(*split, entry)]]

    def of(self, entry: Entry, figure: str) -> list[Any]:
        """A figure on every split that has it."""
        found = (self.cells[Cell(*split, entry)].get(figure) for split in self.splits)
        return [value for value in found if value is not None]

    @cached_property
    def errors(self) -> dict[Entry, dict[str, float]]:
        """Mean error over the seeds, by entry and set; none where it failed."""
        return {entry: self.by_set(entry, "error", fmean) for entry in self.entries}

    def by_set(
        self, entry: Entry, figure: str, over: Callable[[list[float]], float]
    ) -> dict[str, float]:
        table = {}
        for name in self.sets:
            cells = [self.cells[Cell(name, seed, entry)] for seed in self.seeds]
            if all(figure in cell for cell in cells):
                table[name] = over([cell[figure] for cell in cells])
        return table

    def least(self, name: str, seed: int) -> float:
        return min(self.errors_of(name, seed))

    def next_to_none(self, name: str, seed: int) -> bool:
        """Whether the least error there is so small that percents of it mean nothing."""
        told = (self.cells[Cell(name, seed, e)].get("constant_error") for e in self.entries)
        constant = next(float(error) for error in told if error is not None)
        return self.least(name, seed) < NEXT_TO_NONE * constant

    def errors_of(self, name: str, seed: int) -> list[float]:
        """Of all entries that did not fail on a split."""
        cells = (self.cells[Cell(name, seed, entry)] for entry in self.entries)
        return [float(cell["error"]) for cell in cells if "error" in cell]


def main() -> None:
    cells = measured()
    content = summary(cells, compared(cells))
    text = json.dumps(content, indent=2, allow_nan=False)
    (FOLDER / "tabular.json").write_text(text + "\n", encoding="utf-8")
    counted = f"{len(content['sets'])} sets, {len(content['entries'])} entries compared"
    print(f"{counted}, {len(content['disturbed'])} cells measured beside other work")


def compared(cells: Measured) -> Compared:
    """Whoever finished most sets with every seed, on the sets that all were tried on in one run."""
    done = {cell for cell, result in cells.items() if "failed" not in result}
    seeds = shared_seeds(cells)
    known = [name for name in _names() if any(cell.set == name for cell in done)]
    finished = {
        entry: {n for n in known if all(Cell(n, seed, entry) in done for seed in seeds)}
        for entry in entries()
    }
    enough = (1 - MOST_MISSING) * max(map(len, finished.values()), default=0)
    kept = tuple(entry for entry, sets in finished.items() if sets and len(sets) >= enough)
    sets = tuple(
        name
        for name in known
        if any(name in finished[entry] for entry in kept)
        and all(in_one_run(cells, name, seed, kept) for seed in seeds)
    )
    return Compared(cells, kept if sets else (), sets, seeds)


def in_one_run(cells: Measured, name: str, seed: int, among: Iterable[Entry]) -> bool:
    """Whether all of these were tried on a split, and soon after one another."""
    tried = [cells.get(Cell(name, seed, entry)) for entry in among]
    if not all(tried):
        return False
    at = [datetime.fromisoformat(cell["at"]) for cell in tried if cell]
    return max(at) - min(at) < ONE_RUN


def shared_seeds(cells: Measured) -> tuple[int, ...]:
    """Those that at least half as many entries were measured with as the commonest one."""
    holders: dict[int, set[Entry]] = defaultdict(set)
    for cell in cells:
        holders[cell.seed].add(cell.entry)
    most = max(map(len, holders.values()), default=0)
    return tuple(sorted(seed for seed, held in holders.items() if 2 * len(held) >= most))


def summary(cells: Measured, over: Compared) -> dict[str, Any]:
    failed = {cell.key: result["failed"] for cell, result in cells.items() if "failed" in result}
    versions: dict[str, str] = {}
    for result in cells.values():
        versions |= result.get("versions", {})
    return {
        "name": "tabular",
        "machine": {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
        },
        "versions": versions,
        "sets": list(over.sets),
        "seeds": list(over.seeds),
        "not_in_one_run": sorted({cell.set for cell in cells} - set(over.sets)),
        "next_to_none": sorted({n for n, seed in over.splits if over.next_to_none(n, seed)}),
        "entries": {entry.key: figures(over, entry) for entry in over.entries},
        "left_out": {e.key: counts(cells, e) for e in entries() if e not in over.entries},
        "by_set": {name: of_set(over, name) for name in over.sets},
        "disturbed": [cell.key for cell, result in cells.items() if disturbed(result)],
        "failed": failed,
    }


def figures(over: Compared, entry: Entry) -> dict[str, Any]:
    finished = over.finished(entry)
    gaps = [gap(over, entry, *split) for split in finished]
    told = [gap(over, entry, *split) for split in finished if not over.next_to_none(*split)]
    constant = [gap(over, entry, *split, of="constant_error") for split in finished]
    return {
        "label": entry.label,
        "gap_percent": {"mean": fmean(told or gaps), "median": median(gaps)},
        "gap_percent_of_constant": fmean(constant),
        "mean_rank": fmean(rank(over, entry, *split) for split in finished),
        "relevo_better_share": beaten(over, entry),
        "fit_s": spread(over.of(entry, "fit_s")),
        "overrun_percent": overrun(over, entry),
        "row_ms": spread(over.of(entry, "row_ms")),
        "rows_per_s": median(over.of(entry, "rows_per_s")),
        "model_mb": spread(over.of(entry, "model_mb")),
        "peak_mb": spread(over.of(entry, "peak_mb")),
        "ece": mean_or_none(over.of(entry, "ece")),
        "coverage": coverage(over, entry),
        **counts({c: r for c, r in over.cells.items() if c.set in over.sets}, entry),
    }


def gap(over: Compared, entry: Entry, name: str, seed: int, of: str = "") -> float:
    """Percent of the least error on that split, or of another figure of the cell."""
    cell, least = over.cells[Cell(name, seed, entry)], over.least(name, seed)
    return float(100 * (cell["error"] - least) / (cell[of] if of else least))


def rank(over: Compared, entry: Entry, name: str, seed: int) -> float:
    """1 for the least error among the compared entries; equal ones share their mean rank."""
    errors = over.errors_of(name, seed)
    own = over.cells[Cell(name, seed, entry)]["error"]
    return sum(error < own for error in errors) + (1 + sum(error == own for error in errors)) / 2


def beaten(over: Compared, entry: Entry) -> float | None:
    """Share of the sets on which relevo in 60 seconds has the smaller mean error; a tie is half.

    Sets on which the entry failed are not counted.
    """
    if OURS not in over.entries or entry == OURS:
        return None
    ours, theirs = over.errors[OURS], over.errors[entry]
    pairs = [(ours[name], theirs[name]) for name in over.sets if name in ours and name in theirs]
    return fmean(1.0 if own < other else 0.5 if own == other else 0.0 for own, other in pairs)


def overrun(over: Compared, entry: Entry) -> dict[str, float] | None:
    if entry.budget_s is None:
        return None
    return spread(100 * (taken / entry.budget_s - 1) for taken in over.of(entry, "fit_s"))


def coverage(over: Compared, entry: Entry) -> dict[str, float] | None:
    by_set = over.by_set(entry, "coverage", fmean).values()
    if not by_set:
        return None
    return {"mean": fmean(by_set), "lowest": min(by_set), "highest": max(by_set)}


def counts(cells: Measured, entry: Entry) -> dict[str, Any]:
    own = [result for cell, result in cells.items() if cell.entry == entry]
    failed = sum("failed" in result for result in own)
    return {"label": entry.label, "measured": len(own), "failed": failed}


def of_set(over: Compared, name: str) -> dict[str, Any]:
    errors = {e: over.errors[e][name] for e in over.entries if name in over.errors[e]}
    peers = {entry: error for entry, error in errors.items() if entry.system != OURS.system}
    best = min(errors, key=errors.__getitem__)
    ours = [entry for entry in errors if entry not in peers]
    found: dict[str, Any] = {"best": best.key}
    if peers:
        least = min(peers.values())
        behind = {entry.key: 100 * (errors[entry] / least - 1) for entry in ours}
        found["percent_behind_best_peer"] = behind
    for figure in ("error", "second", "ece", "coverage", "fit_s", "row_ms", "model_mb", "peak_mb"):
        table = {entry.key: over.by_set(entry, figure, fmean).get(name) for entry in over.entries}
        found[figure] = {key: value for key, value in table.items() if value is not None}
    return found


def spread(values: Iterable[float]) -> dict[str, float]:
    held = list(values)
    return {"median": median(held), "most": max(held)}


def mean_or_none(values: list[float]) -> float | None:
    return fmean(values) if values else None


def _names() -> list[str]:
    known: dict[str, Any] = json.loads(LIST.read_text(encoding="utf-8"))
    return list(known)


if __name__ == "__main__":
    main()
