"""`Service`: what every route of the endpoint stands on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from relevo.problem.problem import Problem
from relevo.serve.access_log import AccessLog
from relevo.serve.champion import Champion
from relevo.serve.gate import Gate
from relevo.serve.metrics import Metrics
from relevo.serve.prediction_log import PredictionLog
from relevo.serve.route import Route
from relevo.serve.routes import ROUTES
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
    champion, log, metrics
        The model that serves, the way to the store, and what is counted.
    gate, access
        Who is let in, and the log of who was.
    folder
        What the folders of versions are relative to.
    lang
        The language for callers who ask for none.
    routes
        What is answered.

    """

    problem: Problem
    store: Store
    champion: Champion
    log: PredictionLog
    metrics: Metrics
    gate: Gate
    access: AccessLog
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
        limits = problem.serve
        gate = Gate(store, limits.requests_per_second)
        access = AccessLog(Path(limits.access_log) if limits.access_log else None)
        champion = Champion(store, folder, gate.look)
        champion.look()
        log = PredictionLog(store.log_predictions)
        return cls(problem, store, champion, log, Metrics(), gate, access, folder, language())
