"""Is every acknowledged prediction in the log? Counted in the store's own tables."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Select, func, select

from relevo.errors import StoreMistake
from relevo.problem.read import read_problem
from relevo.store import schema
from relevo.store.database import Database
from relevo.store.place import place


@dataclass
class Log:
    """The log of a project's endpoint, and how many predictions were acknowledged."""

    project: Path
    acknowledged: int = 0

    def logged(self) -> int:
        return int(self._rows(select(func.count()).select_from(schema.predictions))[0][0])

    def mirrored(self) -> int:
        """How many rows a challenger has answered; what it failed on is not counted."""
        answered = schema.mirrored.c.failure.is_(None)
        query = select(func.count()).select_from(schema.mirrored).where(answered)
        return int(self._rows(query)[0][0])

    def ids(self) -> set[str]:
        return {str(row[0]) for row in self._rows(select(schema.predictions.c.prediction_id))}

    def missing(self, ids: Iterable[str], patience_s: float = 30) -> set[str]:
        """Which of the ids do not come into the log while one waits."""
        ends, wanted = time.perf_counter() + patience_s, set(ids)
        while True:
            missing = wanted - self._ids_or_none()
            if not missing or time.perf_counter() > ends:
                return missing
            time.sleep(0.2)

    def settled(self, patience_s: float = 30) -> dict[str, int]:
        """The counts, once the log holds what was acknowledged or patience ends."""
        ends = time.perf_counter() + patience_s
        while self.logged() < self.acknowledged and time.perf_counter() < ends:
            time.sleep(0.2)
        counts = {"acknowledged": self.acknowledged, "logged": self.logged()}
        return {**counts, "mirrored": self.mirrored()}

    def _ids_or_none(self) -> set[str]:
        try:
            return self.ids()
        except StoreMistake:
            return set()  # the database is away, or busy

    def _rows(self, query: Select[Any]) -> list[tuple[Any, ...]]:
        store = read_problem(self.project).store
        database = Database(place(store or self.project / ".relevo"))
        try:
            with database.read() as connection:
                return [tuple(row) for row in connection.execute(query)]
        finally:
            database.close()
