"""Real models of flights in small, their project, and a client of its endpoint."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import polars as pl
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads
from relevo.data.contract import learn_contract
from relevo.model.build import build
from relevo.model.folder import save_model
from relevo.problem.problem import Problem, Roles, Serve, Source
from relevo.serve.application import Application
from relevo.serve.running import running
from relevo.serve.scribe import scribing, settle
from relevo.serve.service import Service
from relevo.store import Store
from relevo.store.records import DecisionRecord, PredictionRecord, VersionRecord
from relevo.train.central import Central
from relevo.train.judged import set_aside

NOW = datetime(2013, 4, 1, tzinfo=UTC)


def flights() -> pl.DataFrame:
    random, rows = np.random.default_rng(0), 600
    distance = random.uniform(100, 2500, rows)
    rain = random.random(rows) < 0.3
    late = random.random(rows) < 1 / (1 + np.exp(1.5 - distance / 1000 - 2 * rain))
    wind = random.gamma(4, 3, rows)
    start = datetime(2013, 1, 1, 6)
    return pl.DataFrame(
        {
            "carrier": random.choice(["AA", "B6", "DL", "UA"], rows),
            "distance": distance,
            "rain": rain,
            "wind": pl.Series(wind).set(pl.Series(random.random(rows) < 0.1), None),
            "scheduled": [start + timedelta(hours=3 * hour) for hour in range(rows)],
            "flight": [f"f{number}" for number in range(rows)],
            "late": np.where(late, "yes", "no"),
            "delay": distance / 50 + 20 * rain + random.normal(0, 3, rows),
        }
    )


def problem_of(task: str) -> Problem:
    target = "late" if task == "classification" else "delay"
    return Problem(
        name="flights",
        task=task,  # type: ignore[arg-type]
        target=target,
        data=Source(path="flights.parquet"),
        roles=Roles(time="scheduled", id="flight"),
        serve=Serve(max_body_mb=0.1, max_rows=500),
    )


def train(task: str, learner: str, version: int, folder: Path) -> None:
    problem = problem_of(task)
    frame = flights().drop("delay" if task == "classification" else "late")
    built = build(
        problem,
        learn_contract(frame, problem.target, problem.roles),
        set_aside(frame, problem, seed=0),
        Budget(5),
        strategy=Central(),
        runner=Threads(1),
        now=NOW,
        learner=learner,
        seed=version,
    )
    save_model(replace(built.model, version=version), folder / f"v{version}")


@pytest.fixture(scope="session")
def late_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two versions that say whether a flight is late: boosted trees and a linear one."""
    folder = tmp_path_factory.mktemp("late")
    train("classification", "boosting", 1, folder)
    train("classification", "linear", 2, folder)
    return folder


@pytest.fixture(scope="session")
def delay_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One version that says how late, in minutes."""
    folder = tmp_path_factory.mktemp("delay")
    train("regression", "linear", 1, folder)
    return folder


def promote(store: Store, version: int) -> None:
    store.move_alias("champion", version, DecisionRecord("promote", "", None, None, {}, NOW))


def add_version(store: Store, folder: Path) -> int:
    version = store.reserve_version(NOW)
    record = VersionRecord(
        version, f"models/{folder.name}", NOW, "scratch", None, "", "central", "", 0, 0, 0, 0, 0, {}
    )
    store.add_version(record)
    return version


@pytest.fixture(scope="session")
def stores(
    tmp_path_factory: pytest.TempPathFactory, late_models: Path, delay_models: Path
) -> dict[str, Path]:
    """Stores to copy, since to make one takes longer than most tests; version 1 is the champion."""
    made = {}
    for name, versions in {"late": late_models, "delay": delay_models, "idle": None}.items():
        made[name] = tmp_path_factory.mktemp(f"store-{name}")
        (made[name] / "models").mkdir()
        with Store.open(made[name], "flights") as store:
            for folder in sorted(versions.iterdir()) if versions else ():
                shutil.copytree(folder, made[name] / "models" / folder.name)
                add_version(store, folder)
            if versions:
                promote(store, 1)
    return made


def place(store: Path, folder: Path) -> None:
    """Copy a store and its models; the models' files are shared, nothing writes to them."""
    shutil.copy(store / "store.db", folder)
    shutil.copytree(store / "models", folder / "models", copy_function=os.link)


@pytest.fixture
def store(tmp_path: Path, stores: dict[str, Path]) -> Iterator[Store]:
    """A store that knows both versions; the first one is the champion."""
    place(stores["late"], tmp_path)
    with Store.open(tmp_path, "flights") as store:
        yield store


@pytest.fixture
def row() -> dict[str, Any]:
    """A row that keeps the contract."""
    return {
        "carrier": "B6",
        "distance": 1000.0,
        "rain": True,
        "wind": 12.5,
        "scheduled": "2013-03-01T08:30:00",
    }


@pytest.fixture
def problem() -> Problem:
    return problem_of("classification")


@pytest.fixture
def service(store: Store, problem: Problem, tmp_path: Path) -> Service:
    return Service.open(problem, store, tmp_path)


class Client:
    """Asks an ASGI application, without a network; its event loop is in another thread."""

    def __init__(self, portal: BlockingPortal, client: httpx.AsyncClient) -> None:
        self._portal = portal
        self._client = client

    def request(self, method: str, path: str, **how: Any) -> httpx.Response:
        return self._portal.call(partial(self._client.request, method, path, **how))

    def get(self, path: str, **how: Any) -> httpx.Response:
        return self.request("GET", path, **how)

    def post(self, path: str, **how: Any) -> httpx.Response:
        return self.request("POST", path, **how)


@contextmanager
def asking(service: Service) -> Iterator[Client]:
    """A client of a service that runs."""
    app = Application(service)
    asks = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://endpoint")
    with (
        scribing(service.store, service.backlog.folder.parent),
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(app.lifespan_context(app)),
        portal.wrap_async_context_manager(asks) as client,
    ):
        yield Client(portal, client)


@pytest.fixture
def client(service: Service) -> Iterator[Client]:
    with asking(service) as client:
        yield client


@pytest.fixture
def delays(tmp_path: Path, stores: dict[str, Path]) -> Iterator[Client]:
    """A client of the endpoint of a regression."""
    place(stores["delay"], tmp_path)
    with (
        Store.open(tmp_path, "flights") as store,
        asking(Service.open(problem_of("regression"), store, tmp_path)) as client,
    ):
        yield client


@pytest.fixture
def idle(tmp_path: Path, stores: dict[str, Path], problem: Problem) -> Iterator[Client]:
    """A client of the endpoint of a project without a champion."""
    place(stores["idle"], tmp_path)
    with (
        Store.open(tmp_path, "flights") as store,
        asking(Service.open(problem, store, tmp_path)) as client,
    ):
        yield client


@pytest.fixture
def asks() -> Callable[[Service], AbstractContextManager[Client]]:
    """Gives a client of a service of the test's own."""
    return asking


Logged = Callable[[], list[PredictionRecord]]


@pytest.fixture
def logged(store: Store, tmp_path: Path) -> Logged:
    """Gives what the store has of all that was answered by now."""

    def read() -> list[PredictionRecord]:
        settle(store, tmp_path)
        return store.predictions()

    return read


@pytest.fixture
def odd(tmp_path: Path, stores: dict[str, Path]) -> Iterator[Client]:
    """A client of a model whose name must be encoded in a path."""
    place(stores["delay"], tmp_path)
    problem = problem_of("regression").model_copy(update={"name": "delays à la carte/EWR?"})
    with (
        Store.open(tmp_path, "flights") as store,
        asking(Service.open(problem, store, tmp_path)) as client,
    ):
        yield client


Predict = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def predict(client: Client) -> Predict:
    """Predictions of rows, which must be accepted."""

    def ask(*rows: dict[str, Any], path: str = "/predict") -> list[dict[str, Any]]:
        answered = client.post(path, json={"rows": rows})
        assert answered.status_code == 200, answered.text
        return list(answered.json()["predictions"])

    return ask


@pytest.fixture(scope="module")
def url(stores: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an endpoint in a process of its own, whose champion is quick to load."""
    folder = tmp_path_factory.mktemp("served")
    place(stores["late"], folder)
    with Store.open(folder, "flights") as store:
        promote(store, 2)
    with running(problem_of("classification"), folder, folder) as url:
        yield url
