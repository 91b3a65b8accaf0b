"""`Service`: what every route of the endpoint stands on."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from relevo.problem.problem import Problem
from relevo.serve.access_log import AccessLog
from relevo.serve.backlog import JOURNAL, Backlog
from relevo.serve.gate import Gate
from relevo.serve.journal import Journal
from relevo.serve.metrics import Metrics
from relevo.serve.models import Models
from relevo.serve.notes import Notes
from relevo.serve.pressure import Pressure
from relevo.serve.route import Route
from relevo.serve.routes import ROUTES
from relevo.serve.snapshots import METRICS, Snapshots
from relevo.serve.tracing import tracing
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
    gate, notes
        Who is let in, and what is noted of each answered request.
    folder
        What the folders of versions are relative to.
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
    gate: Gate
    notes: Notes
    folder: Path
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
        access = Path(problem.serve.access_log) if problem.serve.access_log else None
        name, settings = f"{time.time_ns():019d}-{os.getpid()}", problem.serve
        models, backlog, metrics = (
            Models(store, folder, problem),
            Backlog(folder / JOURNAL),
            Metrics(),
        )
        service = cls(
            problem,
            store,
            models,
            Journal(folder / JOURNAL, name, settings.durability),
            backlog,
            metrics,
            Snapshots(folder / METRICS, name, metrics),
            Gate(store, settings.requests_per_second),
            Notes(metrics, AccessLog(access), tracing(problem.name)),
            folder,
            language(),
        )
        pressure = Pressure(backlog, models, settings)
        service.journal.refusing = lambda: pressure.mistake
        models.on_change.append(service.gate.look)
        models.on_look += [pressure.look, service.snapshots.write]
        models.look()
        return service
