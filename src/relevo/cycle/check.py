"""`check`: learn the contract at first, then hold data to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import CheckResult
from relevo.data.check import check as check_table
from relevo.data.contract import Contract, learn_contract
from relevo.data.contract_file import read_contract, write_contract
from relevo.data.profile import profile
from relevo.data.profile_page import profile_page
from relevo.data.table import Table
from relevo.words import language, say


def check(project: Project, batch: Any = None) -> CheckResult:
    """Check the problem's data, or a batch, against the contract; draw a page about them."""
    with recorded(project, "check"):
        table = project.table(batch)
        learnt = not project.contract_file.exists()
        if learnt and batch is not None:
            contract_of(project, project.table())
        contract = contract_of(project, table)
        findings = check_table(table.data, contract, project.now())
        page = _page(project, table, batch)
        return CheckResult(
            findings.ok,
            findings.findings,
            str(project.contract_file),
            learnt,
            str(page),
        )


def contract_of(project: Project, table: Table) -> Contract:
    """The project's contract: the file that a person may have edited, else learnt and written."""
    if project.contract_file.exists():
        return read_contract(project.contract_file)
    problem = project.problem
    table.require([problem.target])
    contract = learn_contract(table.data, problem.target, problem.roles, problem.columns)
    write_contract(contract, project.contract_file)
    return contract


def _page(project: Project, table: Table, batch: Any) -> Path:
    problem = project.problem
    target = problem.target if problem.target in table.columns else None
    facts = profile(table.data, target, problem.task, problem.roles)
    name = "data" if batch is None else "batch"
    page = project.pages / f"{name}.html"
    title = say("cycle.profile_title", name=problem.name)
    page.write_text(profile_page(facts, title, language()), encoding="utf-8")
    return page
