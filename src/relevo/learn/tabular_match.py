"""Rows that come after `fit`, held against the columns that `fit` has seen."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from typing import Any

from relevo.data.conform import conform
from relevo.data.contract import Contract
from relevo.data.row_check import compile_row_check
from relevo.data.table import Table
from relevo.errors import DataMistake, nearest
from relevo.learn.tabular_rows import GivenRows
from relevo.words import say


def match_rows(given: GivenRows, contract: Contract, named: bool, estimator: str) -> Table:
    """The rows as the contract has them: by name, or by position where names are missing.

    Parameters
    ----------
    given
        What came.
    contract
        What `fit` has seen.
    named
        Whether `fit` has seen names.
    estimator
        Its name, for messages.

    Raises
    ------
    DataMistake
        When columns are too many, too few or other ones, or values are not of their type.

    """
    columns = given.table.columns
    if named and given.named:
        refuse_other_columns(columns, contract)
        frame = given.table.data
    else:
        if len(columns) != len(contract.names):
            raise DataMistake(
                "learn.other_width",
                got=len(columns),
                estimator=estimator,
                wanted=len(contract.names),
            )
        if named != given.named:
            sentence = say(
                "learn.tabular.names_lost" if named else "learn.tabular.names_new",
                estimator=estimator,
            )
            warnings.warn(sentence, UserWarning, stacklevel=4)
        frame = given.table.data.rename(dict(zip(columns, contract.names, strict=True)))
    rows = Table(conform(frame, contract))
    _refuse_unreadable(Table(frame), rows, contract)
    return rows


def refuse_other_columns(columns: Collection[str], contract: Contract) -> None:
    """Raise a DataMistake when columns are missing, or unknown."""
    known = contract.names
    unknown = [str(name) for name in columns if name not in contract]
    missing = [name for name in known if name not in columns]
    if unknown or missing:
        raise DataMistake(
            "learn.other_columns",
            unknown=_listed(unknown),
            missing=_listed(missing),
            known=_listed(known),
            hint=nearest(unknown[0], known) if unknown else "",
        )


def refuse_names(row: Mapping[str, Any], contract: Contract) -> None:
    """Raise a DataMistake when a row, which may lack columns, has an unknown one."""
    for name in row:
        if name not in contract:
            known = contract.names
            hint = nearest(str(name), known)
            raise DataMistake(
                "learn.other_columns", unknown=name, missing="-", known=_listed(known), hint=hint
            )


def unreadable_value(row: Mapping[str, Any], contract: Contract, error: Exception) -> DataMistake:
    """The mistake that a value of a row is not of its column's type."""
    for found in compile_row_check(contract)(row).findings:
        if found.rule == "type":
            return DataMistake(
                "learn.unreadable_values",
                column=found.column,
                value=row[found.column],
                rows=1,
                wanted=found.expected,
            )
    return DataMistake("learn.no_array", reason=error)


def _refuse_unreadable(came: Table, rows: Table, contract: Contract) -> None:
    """What cannot be read counts as missing only where `fit` has seen such values."""
    for column in contract.columns:
        before, after = came.data[column.name], rows.data[column.name]
        if column.unreadable == 0.0 and after.null_count() > before.null_count():
            unread = before.filter(before.is_not_null() & after.is_null())
            raise DataMistake(
                "learn.unreadable_values",
                column=column.name,
                value=unread[0],
                rows=len(unread),
                wanted=say(f"contract.type.{column.type}"),
            )


def _listed(names: Collection[str], most: int = 10) -> str:
    shown = ", ".join(list(names)[:most])
    return f"{shown}, …" if len(names) > most else shown or "-"
