"""Check a table against a contract; every broken rule is a finding in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import polars as pl

from relevo.data.conform import conform, present
from relevo.data.contract import ColumnContract, Contract
from relevo.data.findings import Finding, Findings
from relevo.words import say

_ENOUGH_FOR_A_LEVEL = 30


def check(frame: pl.DataFrame, contract: Contract, now: datetime | None = None) -> Findings:
    """Every way in which `frame` breaks the contract, columns in the contract's order.

    Parameters
    ----------
    frame
        A batch; it may lack the target and the other optional columns.
    contract
        What the batch must keep.
    now
        The time against which freshness is measured, when the contract has `max_age_days`.

    """
    findings = [*_columns(frame, contract)]
    if not any(finding.rule == "present" for finding in findings):
        read = conform(frame, contract)
        for column in present(frame, contract):
            findings += _values(column, frame[column.name], read[column.name])
        findings += _unique(frame, contract)
        findings += _fresh(read, contract, now)
    return Findings(tuple(findings))


def _columns(frame: pl.DataFrame, contract: Contract) -> Iterator[Finding]:
    for column in contract.columns:
        if column.required and column.name not in frame.columns:
            yield Finding(
                column.name,
                "present",
                say("contract.present.expected", column=column.name),
                say("contract.present.got", columns=", ".join(frame.columns)),
                frame.height,
            )
    for name in frame.columns:
        if name not in contract:
            yield Finding(
                name,
                "known",
                say("contract.known.expected", columns=", ".join(contract.names)),
                say("contract.known.got", column=name),
                frame.height,
            )


def _values(column: ColumnContract, raw: pl.Series, read: pl.Series) -> Iterator[Finding]:
    yield from _type(column, raw, read)
    yield from _missing(column, raw)
    if column.type == "number":
        yield from _finite(column, read)
        yield from _range(column, read)
        yield from _level(column, read)
    elif column.categories:
        yield from _categories(column, read)


def _type(column: ColumnContract, raw: pl.Series, read: pl.Series) -> Iterator[Finding]:
    unread = raw.filter(raw.is_not_null() & read.is_null())
    if len(unread) > column.unreadable * len(raw):
        yield Finding(
            column.name,
            "type",
            say(f"contract.type.{column.type}"),
            _examples(unread),
            len(unread),
        )


def _missing(column: ColumnContract, raw: pl.Series) -> Iterator[Finding]:
    missing = raw.null_count()
    if missing > column.missing * len(raw):
        yield Finding(
            column.name,
            "missing",
            say("contract.missing.expected", share=f"{column.missing:.1%}"),
            say("contract.missing.got", share=f"{missing / len(raw):.1%}"),
            missing,
        )


def _finite(column: ColumnContract, read: pl.Series) -> Iterator[Finding]:
    infinite = int(read.is_infinite().sum() or 0)
    if infinite:
        yield Finding(
            column.name,
            "finite",
            say("contract.finite.expected"),
            say("contract.finite.got"),
            infinite,
        )


def _range(column: ColumnContract, read: pl.Series) -> Iterator[Finding]:
    if column.low is None or column.high is None:
        return
    outside = read.filter(read.is_finite() & ((read < column.low) | (read > column.high)))
    if len(outside):
        yield Finding(
            column.name,
            "range",
            say("contract.range.expected", low=f"{column.low:g}", high=f"{column.high:g}"),
            _examples(outside),
            len(outside),
        )


def _level(column: ColumnContract, read: pl.Series) -> Iterator[Finding]:
    finite = read.filter(read.is_finite())
    if column.level is None or len(finite) < _ENOUGH_FOR_A_LEVEL:
        return
    low, high = column.level
    median = float(finite.median())  # type: ignore[arg-type]
    if not low <= median <= high:
        yield Finding(
            column.name,
            "level",
            say("contract.level.expected", low=f"{low:g}", high=f"{high:g}"),
            say("contract.level.got", median=f"{median:g}"),
            len(finite),
        )


def _categories(column: ColumnContract, read: pl.Series) -> Iterator[Finding]:
    known = pl.Series(column.categories, dtype=pl.String)
    unseen = read.filter(read.is_not_null() & ~read.is_in(known.implode()))
    if len(unseen):
        yield Finding(
            column.name,
            "categories",
            say("contract.categories.expected", categories=_listed(column.categories)),
            _examples(unseen),
            len(unseen),
        )


def _unique(frame: pl.DataFrame, contract: Contract) -> Iterator[Finding]:
    if contract.unique and contract.unique in frame.columns:
        names = frame[contract.unique]
        repeated = names.filter(names.is_duplicated() & names.is_not_null())
        if len(repeated):
            yield Finding(
                contract.unique,
                "unique",
                say("contract.unique.expected"),
                _examples(repeated),
                len(repeated),
            )


def _fresh(read: pl.DataFrame, contract: Contract, now: datetime | None) -> Iterator[Finding]:
    if contract.max_age_days is None or now is None or contract.time not in read.columns:
        return
    newest = read[contract.time].cast(pl.Datetime("us")).max()
    if isinstance(newest, datetime):
        age_days = (now.replace(tzinfo=None) - newest).total_seconds() / 86_400
        if age_days > contract.max_age_days:
            yield Finding(
                contract.time,
                "freshness",
                say("contract.freshness.expected", days=f"{contract.max_age_days:g}"),
                say("contract.freshness.got", days=f"{age_days:.1f}", newest=newest.isoformat()),
                read.height,
            )


def _examples(values: pl.Series) -> str:
    return _listed([str(v) for v in values.unique(maintain_order=True).head(4).to_list()])


def _listed(values: tuple[str, ...] | list[str]) -> str:
    shown = ", ".join(values[:8])
    return shown + (", …" if len(values) > 8 else "")
