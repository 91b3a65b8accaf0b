from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

from relevo.store.place import place
from relevo.store.store import Store


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def where(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Where a store can be; on PostgreSQL the tests share it, each with a project of its own."""
    return str(tmp_path) if backend == "sqlite" else request.getfixturevalue("postgres_url")


@pytest.fixture
def empty(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A place that no store was ever opened in."""
    if backend == "sqlite":
        return str(tmp_path)
    url = place(request.getfixturevalue("postgres_url"))
    name = f"empty_{uuid4().hex}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def project() -> str:
    return f"project {uuid4().hex}"


@pytest.fixture
def store(where: str, project: str) -> Iterator[Store]:
    with Store.open(where, project) as store:
        yield store


Child = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def child() -> Iterator[Child]:
    """Starts `child.py VERB WHERE PROJECT`; none outlives the test."""
    with ExitStack() as running:

        def start(verb: str, where: str, project: str) -> subprocess.Popen[str]:
            script = str(Path(__file__).with_name("child.py"))
            pipe = subprocess.PIPE
            process = running.enter_context(
                subprocess.Popen(
                    [sys.executable, "-W", "error", script, verb, where, project],
                    stdin=pipe,
                    stdout=pipe,
                    text=True,
                )
            )
            running.callback(process.kill)
            return process

        yield start
