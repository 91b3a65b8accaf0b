"""`Service`: what every route of the endpoint stands on."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from relevo.problem.problem import Problem
from relevo.serve.backlog import Backlog
from relevo.serve.journal import JOURNAL, Journal
from relevo.serve.metrics import Metrics
from relevo.serve.models import Models
from relevo.serve.pressure import Pressure
from relevo.serve.route import Route
from relevo.serve.routes import ROUTES
from relevo.serve.snapshots import METRICS, Snapshots
from relevo.store import Store
from relevo.words import language


@dataclass(frozen=True)
class Service:
    """What every route of the endpoint stands on.

    Attributes
    ----------
    problem
        Its name is the model's; its limits are the endpoint's.
    store
        Where predictions and labels go.
    models, journal, backlog
        What answers, where answers are kept, and what of it waits for the store.
    metrics, snapshots
        What this process counts, and what all processes have counted.
    lang
        The language for callers who ask for none.
    routes
        What is answered.

    """

    problem: Problem
    store: Store
    models: Models
    journal: Journal
    backlog: Backlog
    metrics: Metrics
    snapshots: Snapshots
    lang: str
    routes: tuple[Route, ...] = ROUTES

    @classmethod
    def open(cls, problem: Problem, store: Store, folder: Path) -> Self:
        """The service of a project, its champion loaded if there is one.

        Parameters
        ----------
        problem, store
            The project's; the store stays the caller's to close.
        folder
            What the folders of versions are relative to.

        """
        name = f"{time.time_ns():019d}-{os.getpid()}"
        journal = Journal(folder / JOURNAL, name, problem.serve.durability)
        models, backlog = Models(store, folder), Backlog(folder / JOURNAL)
        pressure = Pressure(backlog, models, problem.serve)
        models.on_look.append(pressure.look)
        journal.refusing = lambda: pressure.mistake
        metrics = Metrics()
        snapshots = Snapshots(folder / METRICS, name, metrics)
        models.on_look.append(snapshots.write)
        models.look()
        return cls(problem, store, models, journal, backlog, metrics, snapshots, language())
