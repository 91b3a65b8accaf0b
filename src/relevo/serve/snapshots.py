"""`Snapshots`: what each process counted, in files, so that any of them can tell it all."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from time import monotonic

from relevo.serve.metrics import Metrics

METRICS = "metrics"
_EVERY_SECONDS = 1.0


class Snapshots:
    """The figures of all processes of an endpoint.

    Parameters
    ----------
    folder
        Where each process keeps a file; made when it is missing.
    name
        Of this process's file.
    metrics
        What this process counts.

    """

    def __init__(self, folder: Path, name: str, metrics: Metrics) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._file, self._metrics = folder, folder / f"{name}.json", metrics
        self._written_at = 0.0

    def write(self) -> None:
        """Put this process's figures in its file; does nothing when it did a moment ago."""
        if monotonic() - self._written_at < _EVERY_SECONDS:
            return
        self._written_at = monotonic()
        unfinished = self._file.with_suffix(".new")
        with suppress(OSError):  # a full disk must not end what is counted
            unfinished.write_text(json.dumps(self._metrics.snapshot()), encoding="utf-8")
            unfinished.replace(self._file)

    def together(self) -> Metrics:
        """The figures of this process as of now, and the others' of a moment ago."""
        total = Metrics()
        total.merge(self._metrics.snapshot())
        for file in self._folder.glob("*.json"):
            if file != self._file:
                with suppress(OSError, ValueError):
                    total.merge(json.loads(file.read_text(encoding="utf-8")))
        return total


def forget_snapshots(folder: Path) -> None:
    """Remove what the processes of an endpoint that has ended left."""
    for file in folder.glob("*"):
        file.unlink(missing_ok=True)
