"""`Backlog`: how far the journal's lines have come on their way to the store."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

JOURNAL = "journal"
"""The folder of the journals, in a project's state."""

SUFFIX = ".jsonl"
"""Of each file of a journal."""

_FILE, _HURRY = "delivered.json", "hurry"


class Backlog:
    """The journal's files, and up to where each was delivered.

    Parameters
    ----------
    folder
        The journal's.

    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / _FILE

    def files(self) -> list[Path]:
        """The journal's files, the oldest first."""
        try:
            with os.scandir(self.folder) as found:
                names = [entry.name for entry in found if entry.name.endswith(SUFFIX)]
        except FileNotFoundError:
            return []
        return [self.folder / name for name in sorted(names)]

    def delivered(self) -> dict[str, int]:
        """The bytes of each file that the store has."""
        try:
            found: dict[str, int] = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found

    def note(self, delivered: Mapping[str, int]) -> None:
        """Write down what the store has; a delivery that is not noted is merely done again."""
        unfinished = self._file.with_suffix(".new")
        unfinished.write_text(json.dumps(delivered), encoding="utf-8")
        unfinished.replace(self._file)

    def hurry(self) -> None:
        """Ask for a delivery now: somebody waits for it."""
        with suppress(OSError):
            (self.folder / _HURRY).touch()

    def hurried(self) -> bool:
        """Whether somebody asked since the last look."""
        try:
            (self.folder / _HURRY).unlink()
        except FileNotFoundError:
            return False
        return True

    def waiting(self) -> dict[str, int]:
        """The size of each file that the store has not got in full."""
        delivered = self.delivered()
        sizes = {path.name: _size(path) for path in self.files()}
        return {name: size for name, size in sizes.items() if size > delivered.get(name, 0)}

    def waiting_bytes(self) -> int:
        """How many bytes the store has not got."""
        delivered = self.delivered()
        return sum(size - delivered.get(name, 0) for name, size in self.waiting().items())

    def has(self, sizes: Mapping[str, int]) -> bool:
        """Whether the store has as much of each file as `waiting` said that there was."""
        now = self.waiting()
        delivered = self.delivered()
        return all(name not in now or delivered.get(name, 0) >= sizes[name] for name in sizes)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # delivered and removed a moment ago
        return 0
