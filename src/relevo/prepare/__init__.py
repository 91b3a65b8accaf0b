"""From a table to numbers, and from one row to the same numbers."""

from __future__ import annotations

from relevo.prepare.matrix import Matrix
from relevo.prepare.preparation import Preparation

__all__ = ["Matrix", "Preparation"]
