"""`take_in`: batches that have come are kept for replicas, or put aside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from relevo.cycle.arrivals import ARRIVED, Arrival
from relevo.cycle.aside import PutAside, put_aside
from relevo.cycle.known import keep_batch
from relevo.cycle.project import Project
from relevo.cycle.surely_false import surely_false
from relevo.data.check import check as check_table
from relevo.data.contract import Contract
from relevo.data.contract_file import read_contract
from relevo.data.findings import Finding
from relevo.data.widen import widen
from relevo.errors import DataMistake
from relevo.store.records import BatchRecord


@dataclass(frozen=True)
class Intake:
    """What became of the batches that came.

    Attributes
    ----------
    frames
        The rows that were taken in, by where they came from.
    aside
        The batches that were not.

    """

    frames: dict[str, pl.DataFrame]
    aside: tuple[PutAside, ...]


def take_in(project: Project, arrivals: Iterable[Arrival]) -> Intake:
    """Check each batch against the contract; keep it, or put it aside.

    A batch is taken in once: it is noted by its content after it is kept, and keeping the same rows
    again changes nothing.
    """
    frames: dict[str, pl.DataFrame] = {}
    aside: list[PutAside] = []
    for arrival in arrivals:
        rows = 0
        try:
            frame = project.table(arrival.source).data
            rows = frame.height
            if broken := _broken(project, frame):
                aside.append(put_aside(project, arrival, rows, broken))
                continue
            _refuse_grown(project, arrival)
            frames[arrival.name] = keep_batch(project, frame)
        except DataMistake as mistake:
            aside.append(put_aside(project, arrival, rows, mistake=mistake.parts()))
            continue
        note = BatchRecord(arrival.mark, arrival.name, rows, ARRIVED, project.now())
        project.store.add_batch(note)
    return Intake(frames, tuple(aside))


def _broken(project: Project, frame: pl.DataFrame) -> list[Finding]:
    """The findings for which the contract says to refuse, or else values that are surely false.

    A season brings new categories and other levels, and what is missing more often may be a
    column's habit: none of that spoils a model that learns from it. A column that is gone, empty,
    of another type or out of a range that is three times as wide as training was is a fault.
    """
    contract = _contract(project)
    rows = frame.drop(project.problem.columns.ignore, strict=False)
    found = check_table(rows, contract).findings
    return [one for one in found if _refuses(contract, one, rows)] or surely_false(project, frame)


def _contract(project: Project) -> Contract:
    """The champion's, which is as wide as what it learnt from, with a person's edits."""
    learnt = project.model().contract
    if not project.contract_file.exists():
        return learnt
    return widen(read_contract(project.contract_file), learnt)


def _refuses(contract: Contract, finding: Finding, rows: pl.DataFrame) -> bool:
    if finding.rule == "present":
        return True
    if finding.column not in contract:
        return False
    own, all_columns = contract[finding.column].reactions, contract
    if finding.rule in ("type", "finite"):
        return (own.mistyped or all_columns.mistyped) == "refuse"
    if finding.rule == "range":
        return (own.out_of_range or all_columns.out_of_range) == "refuse"
    if finding.rule == "missing":
        return finding.rows == rows.height
    return False


def _refuse_grown(project: Project, arrival: Arrival) -> None:
    """Refuse a file that was taken in with other content when nothing tells its rows apart."""
    if project.problem.roles.id is not None or isinstance(arrival.source, pl.DataFrame):
        return
    before = (one for one in project.store.batches(ARRIVED) if one.path == arrival.name)
    for one in before:
        raise DataMistake("follow.changed_file", name=arrival.name, rows=one.rows)
