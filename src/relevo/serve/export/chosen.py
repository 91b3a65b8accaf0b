"""`Chosen`: the version that is exported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from relevo.model.model import Model
from relevo.problem.problem import Problem
from relevo.store.records import FigureRecord, VersionRecord
from relevo.words import say


@dataclass(frozen=True)
class Chosen:
    """A version and all that its formats need of its project.

    Attributes
    ----------
    model, folder
        The model, and the folder that holds it with its judged rows.
    record, figures
        What the store says of the version.
    problem, contract_file
        The project's problem, and its contract.
    at
        When it is exported.

    """

    model: Model
    folder: Path
    record: VersionRecord
    figures: Sequence[FigureRecord]
    problem: Problem
    contract_file: Path
    at: datetime

    @property
    def title(self) -> str:
        """The model and its version, in one line."""
        name = " ".join(self.problem.name.split())
        return say("export.title", name=name, version=self.model.version)
