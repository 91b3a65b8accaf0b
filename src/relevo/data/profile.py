"""`profile`: what a table holds, and what in it may mislead a model."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from relevo.data.profile_column import ColumnProfile, column_profiles
from relevo.data.profile_leakage import Suspicion, leakage
from relevo.data.profile_rate import Rate, rate
from relevo.data.text import typed
from relevo.problem.identify import ColumnFacts, find_target, identify
from relevo.problem.problem import Roles, Task


@dataclass(frozen=True)
class Profile:
    """A table in numbers; `relevo.data.profile_page` shows it to people.

    Attributes
    ----------
    rows, duplicate_rows, duplicate_ids
        All rows; those that repeat an earlier row; those that repeat an earlier identifier.
    columns
        One profile per column, in the table's order.
    target, task
        What is to be predicted and how, if a target was given.
    rate
        The target over time, if there is a target and a time column that holds dates.
    suspicions
        Columns that predict the target too well to be known before it, the strongest first.

    """

    rows: int
    duplicate_rows: int
    duplicate_ids: int
    columns: tuple[ColumnProfile, ...]
    target: str | None = None
    task: Task | None = None
    rate: Rate | None = None
    suspicions: tuple[Suspicion, ...] = ()

    def __getitem__(self, name: str) -> ColumnProfile:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def facts(self) -> tuple[ColumnFacts, ...]:
        """What the identification of a task needs of each column."""
        return tuple(column.facts() for column in self.columns)


def profile(
    frame: pl.DataFrame,
    target: str | None = None,
    task: Task | None = None,
    roles: Roles | None = None,
    seed: int = 0,
    positive: object = None,
) -> Profile:
    """The profile of a table.

    Parameters
    ----------
    frame
        Shape `(n_rows, n_columns)`. Columns of text that hold only numbers or ISO dates are taken
        as such.
    target
        The column to be predicted, if there is one already.
    task
        What the target asks for; identified when None.
    roles
        The time column gives the target over time, the identifier is looked at for duplicates,
        and what is no predictor cannot leak.
    seed
        Chooses the rows in which leakage is looked for.
    positive
        The class that is followed over time.

    Returns
    -------
    Profile

    Raises
    ------
    ProblemMistake, DataMistake
        When the target is missing or, where the task is to be identified, cannot be learnt.

    Examples
    --------
    >>> table = pl.DataFrame({"x": [1, 2, 3, 3], "kind": ["a", "b", None, None]})
    >>> found = profile(table)
    >>> found["kind"].missing_share, found.duplicate_rows
    (0.5, 1)

    """
    roles = roles or Roles()
    frame = typed(frame).lazy().collect()
    columns = column_profiles(frame, seed)
    facts = tuple(column.facts() for column in columns)
    if target is not None:
        found = find_target(facts, target)
        task = task or identify(found, facts, roles.time).task
    return Profile(
        frame.height,
        _duplicate_rows(frame),
        _duplicate_ids(frame, roles.id),
        columns,
        target,
        task,
        _rate(frame, target, task, roles, positive),
        _suspicions(frame, target, task, roles, columns, seed),
    )


def _duplicate_rows(frame: pl.DataFrame) -> int:
    named = frame.select(name for name, dtype in frame.schema.items() if dtype != pl.Object)
    if named.is_empty():
        return 0
    if any(dtype.is_nested() for dtype in named.dtypes):  # these have no hash
        return named.height - named.n_unique()
    # Rows by their 64-bit hash: two different ones among a million agree once in 10^7 tables.
    return named.height - named.hash_rows().n_unique()


def _duplicate_ids(frame: pl.DataFrame, name: str | None) -> int:
    if name not in frame.columns:
        return 0
    known = frame[name].drop_nulls()
    return len(known) - known.n_unique()


def _rate(
    frame: pl.DataFrame, target: str | None, task: Task | None, roles: Roles, positive: object
) -> Rate | None:
    if target is None or task is None or roles.time not in frame.columns:
        return None
    return rate(frame, target, roles.time, task, positive)


def _suspicions(
    frame: pl.DataFrame,
    target: str | None,
    task: Task | None,
    roles: Roles,
    columns: tuple[ColumnProfile, ...],
    seed: int,
) -> tuple[Suspicion, ...]:
    if target is None or task is None:
        return ()
    left_out = roles.not_predictors() | {target}
    looked_at = [
        column.name
        for column in columns
        if column.name not in left_out and column.kind not in ("constant", "empty", "other")
    ]
    return leakage(frame, target, task, looked_at, seed)
