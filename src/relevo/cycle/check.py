"""`check`: learn the contract at first, then hold data to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import CheckResult
from relevo.data.check import check as check_table
from relevo.data.contract import Contract, learn_contract
from relevo.data.contract_file import read_contract, write_contract
from relevo.data.findings import Finding
from relevo.data.profile import Profile, profile
from relevo.data.profile_mixed import Mixed
from relevo.data.profile_page import profile_page
from relevo.data.whole_file import write_whole
from relevo.problem.problem import Problem
from relevo.train.target import check_target
from relevo.words import language, say


def check(project: Project, batch: Any = None) -> CheckResult:
    """Check the problem's data, or a batch, against the contract; draw a page about them.

    Raises
    ------
    DataMistake
        When the problem's own data have no target that could be learnt.

    """
    with recorded(project, "check"):
        problem, table = project.problem, project.table(batch)
        learnt = not project.contract_file.exists()
        if batch is None:
            table.require([problem.target, *problem.roles.columns])
            check_target(table.data, problem)
        elif learnt:
            own = project.table()
            own.require([problem.target])
            contract_of(project, own.data)
        contract = contract_of(project, table.data)
        rows = table.data.drop(problem.columns.ignore, strict=False)
        findings = [*check_table(rows, contract, project.now()).findings]
        target = problem.target if problem.target in table.columns else None
        facts = profile(table.data, target, problem.task, problem.roles)
        if batch is None:
            findings += _lost(facts, contract, problem)
        page = _page(project, facts, batch)
        return CheckResult(
            not findings, tuple(findings), str(project.contract_file), learnt, str(page)
        )


def contract_of(project: Project, frame: pl.DataFrame) -> Contract:
    """The project's contract: the file that a person may have edited, else learnt and written."""
    if project.contract_file.exists():
        return read_contract(project.contract_file)
    problem = project.problem
    contract = learn_contract(frame, problem.target, problem.roles, problem.columns)
    write_contract(contract, project.contract_file)
    return contract


def _lost(facts: Profile, contract: Contract, problem: Problem) -> Iterator[Finding]:
    """Columns of which training makes nothing, or less than they could give."""
    columns = problem.columns
    declared = {*columns.text, *columns.category, *columns.number}
    for column in facts.columns:
        if column.name not in contract or column.name in (*problem.roles.columns, *columns.ignore):
            continue
        if column.kind == "empty":
            expected, got = say("cycle.empty.expected"), say("cycle.empty.got")
            yield Finding(column.name, "empty", expected, got, facts.rows)
        elif column.mixed and column.name not in declared:
            yield _mixed(column.name, column.mixed)


def _mixed(column: str, found: Mixed) -> Finding:
    expected = say(f"cycle.mixed.{found.reads_as}")
    forms = ", ".join(f"{form} ({rows})" for form, rows in found.formats)
    got = ", ".join(filter(None, (forms, *found.examples)))
    rows = found.others + sum(rows for _, rows in found.formats[1:])
    return Finding(column, "mixed", expected, got, rows)


def _page(project: Project, facts: Profile, batch: Any) -> Path:
    name = "data" if batch is None else "batch"
    page = project.pages / f"{name}.html"
    title = say("cycle.profile_title", name=project.problem.name)
    write_whole(page, profile_page(facts, title, language()))
    return page
