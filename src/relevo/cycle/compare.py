"""`compare`: strategies side by side."""

from __future__ import annotations

from typing import Any

from relevo.cycle.project import Project
from relevo.errors import OptionMistake


def compare(project: Project, strategies: Any = None) -> None:
    """Not available yet: there is one strategy so far.

    Raises
    ------
    OptionMistake
        Always.

    """
    raise OptionMistake("cycle.compare_later")
