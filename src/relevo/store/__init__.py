"""Versions, aliases, runs, predictions, labels and decisions: SQLite by default, or PostgreSQL.

`import relevo.store` loads no database library; `Store` does when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from relevo.store.store import Store

__all__ = ["Store"]


def __getattr__(name: str) -> object:
    if name == "Store":
        from relevo.store.store import Store

        return Store
    raise AttributeError(f"module 'relevo.store' has no attribute {name!r}")
