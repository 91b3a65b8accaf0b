"""Rows: where they come from, what they hold, what they must keep."""

from __future__ import annotations

from relevo.data.check import check
from relevo.data.contract import ColumnContract, Contract, learn_contract
from relevo.data.findings import Finding, Findings
from relevo.data.table import Table

__all__ = ["ColumnContract", "Contract", "Finding", "Findings", "Table", "check", "learn_contract"]
