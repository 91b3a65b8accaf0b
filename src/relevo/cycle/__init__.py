"""One verb per step of the wheel: what the SDK, the command line and the studio call."""

from __future__ import annotations

from relevo.cycle.project import Project, open

__all__ = ["Project", "open"]
